// Package kubelet serves the pods of two kinds of node: of a fake node they are said to run, of a process node they do,
// as processes in namespaces.
package kubelet

import (
	"context"
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"

	"geneva-constructs.dev/testbed/internal/sandbox"
)

// Options are what a kubelet needs to know of its test bed.
type Options struct {
	// API is how the kubelet itself reaches the API server.
	API *rest.Config
	// Dir is the folder of the pods; the kubelet makes and empties it.
	Dir string
	// HostsFile names all services, for programs of the machine that look for them.
	HostsFile string
	// ImagesFile is the table of images.
	ImagesFile string
	// InitProgram is container-init.
	InitProgram string
	// Hidden are paths of the machine that look empty in a container.
	Hidden []string
	// Bridge is the network of process pods. Without one there can be none.
	Bridge *sandbox.Bridge
	// Links is the prefix of the names of network links.
	Links string
	// APIHost and APIPort are where pods find the API server.
	APIHost, APIPort string
	// Port is where the API server finds the kubelet, with TLS.
	Port int32
	TLS  *tls.Config
}

// Kubelet serves the pods of the nodes that carry a NodeKindLabel.
type Kubelet struct {
	options Options
	client  kubernetes.Interface
	pods    corelisters.PodLister
	nodes   corelisters.NodeLister
	events  record.EventBroadcaster
	images  *images
	hosts   *hosts
	fake    *fakePods
	ips     *addresses

	mu        sync.Mutex
	processes map[types.UID]*processPod
	// lost are the pods that were reported as lost; the cache may still show one as running.
	lost     map[types.UID]bool
	stopping bool
	running  sync.WaitGroup
}

// Run serves pods until the context ends; then it ends the pods that run as processes.
func Run(ctx context.Context, options Options) error {
	options.API.QPS, options.API.Burst = 200, 400
	client, err := kubernetes.NewForConfig(options.API)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(options.Dir); err != nil { // of a kubelet that died: nothing of it runs any more
		return err
	}
	if err := os.MkdirAll(options.Dir, 0o755); err != nil {
		return err
	}
	// the informers outlive ctx: the pods that it ends are still to be reported
	all, stopInformers := context.WithCancel(context.Background())
	defer stopInformers()
	factory := informers.NewSharedInformerFactory(client, 0)
	k := &Kubelet{
		options:   options,
		client:    client,
		pods:      factory.Core().V1().Pods().Lister(),
		nodes:     factory.Core().V1().Nodes().Lister(),
		events:    record.NewBroadcaster(),
		images:    newImages(options.ImagesFile),
		hosts:     newHosts(options),
		fake:      newFakePods(client),
		processes: map[types.UID]*processPod{},
		lost:      map[types.UID]bool{},
	}
	if options.Bridge != nil {
		k.ips = newAddresses(options.Bridge.Prefix)
	}
	k.events.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: client.CoreV1().Events("")})
	defer k.events.Shutdown()
	nodes, pods, slices := factory.Core().V1().Nodes().Informer(), factory.Core().V1().Pods().Informer(), factory.Discovery().V1().EndpointSlices().Informer()
	slices.AddEventHandler(k.hosts.handler())
	factory.Start(all.Done())
	if !cache.WaitForCacheSync(ctx.Done(), nodes.HasSynced, pods.HasSynced, slices.HasSynced) {
		return fmt.Errorf("list nodes, pods and endpoint slices: %w", ctx.Err())
	}
	if err := k.serveStreams(ctx); err != nil {
		return err
	}
	// handlers come after the sync, nodes first: a pod is looked at when its node is known
	nodes.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { k.onNode(ctx, object.(*corev1.Node)) },
		UpdateFunc: func(_, object any) { k.onNode(ctx, object.(*corev1.Node)) },
	})
	k.reportLostPods(ctx)
	pods.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { k.onPod(object.(*corev1.Pod)) },
		UpdateFunc: func(_, object any) { k.onPod(object.(*corev1.Pod)) },
		DeleteFunc: func(object any) {
			if pod, ok := lastKnown(object); ok {
				k.onDeleted(pod)
			}
		},
	})
	go k.fake.run(ctx)
	fmt.Println("kubelet: ready")
	<-ctx.Done()
	k.stopAll()
	return nil
}

func lastKnown(object any) (*corev1.Pod, bool) {
	if tombstone, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = tombstone.Obj
	}
	pod, ok := object.(*corev1.Pod)
	return pod, ok
}

func (k *Kubelet) onPod(pod *corev1.Pod) {
	switch k.kindOf(pod.Spec.NodeName) {
	case FakeNode:
		k.fake.add(pod)
	case ProcessNode:
		k.onProcessPod(pod)
	}
}

func (k *Kubelet) onProcessPod(pod *corev1.Pod) {
	k.mu.Lock()
	running, known := k.processes[pod.UID]
	deleted := pod.DeletionTimestamp != nil
	if !known && !deleted && !k.stopping && !hasEnded(pod) && !k.lost[pod.UID] {
		running = newProcessPod(k, pod)
		k.processes[pod.UID] = running
		k.running.Add(1)
		go func() {
			defer k.running.Done()
			running.run()
		}()
	}
	k.mu.Unlock()
	switch {
	case known && deleted:
		running.stop(gracePeriod(pod))
	case !known && deleted:
		deleteForGood(k.client, pod)
	}
}

// onDeleted ends the processes of a pod that was deleted by force, and forgets one that had ended.
func (k *Kubelet) onDeleted(pod *corev1.Pod) {
	k.mu.Lock()
	running, known := k.processes[pod.UID]
	delete(k.processes, pod.UID)
	k.mu.Unlock()
	if known {
		running.stop(0)
		go running.forget()
	}
}

func (k *Kubelet) stopAll() {
	k.mu.Lock()
	k.stopping = true
	for _, pod := range k.processes {
		pod.stop(time.Second)
	}
	k.mu.Unlock()
	k.running.Wait()
}

func (k *Kubelet) isStopping() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.stopping
}

// find returns the pod that runs as processes under this name.
func (k *Kubelet) find(namespace, name string) (*processPod, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, pod := range k.processes {
		if pod.pod.Namespace == namespace && pod.pod.Name == name {
			return pod, nil
		}
	}
	return nil, fmt.Errorf("pod %s/%s does not run on a process node of this test bed", namespace, name)
}

// reportLostPods ends, for the API server, the pods that a kubelet before this one took with it.
func (k *Kubelet) reportLostPods(ctx context.Context) {
	for _, object := range k.list() {
		if k.kindOf(object.Spec.NodeName) != ProcessNode || hasEnded(object) || object.Status.StartTime == nil {
			continue
		}
		pod := object.DeepCopy()
		pod.Status.Phase, pod.Status.Reason = corev1.PodFailed, "KubeletRestarted"
		pod.Status.Message = "the kubelet of the test bed died, and the pod's processes with it"
		now := metav1.Now()
		for i := range pod.Status.Conditions {
			condition := &pod.Status.Conditions[i]
			if condition.Type == corev1.PodReady || condition.Type == corev1.ContainersReady {
				condition.Status, condition.LastTransitionTime = corev1.ConditionFalse, now
			}
		}
		for i := range pod.Status.ContainerStatuses {
			status := &pod.Status.ContainerStatuses[i]
			status.Ready = false
			if status.State.Terminated == nil {
				status.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 137, Reason: "ContainerStatusUnknown", FinishedAt: now}}
			}
		}
		if _, err := k.client.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, pod, metav1.UpdateOptions{}); err != nil {
			report(pod, "report as lost", err)
			continue
		}
		k.lost[pod.UID] = true
	}
}

func (k *Kubelet) recorder(node string) record.EventRecorder {
	return k.events.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "kubelet", Host: node})
}

func (k *Kubelet) podDir(pod *corev1.Pod) string {
	return filepath.Join(k.options.Dir, string(pod.UID))
}
