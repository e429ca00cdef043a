package kubelet

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/record"

	"geneva-constructs.dev/testbed/internal/sandbox"
)

// processPod is a pod that runs as processes, from its start until its object is gone.
type processPod struct {
	kubelet   *Kubelet
	pod       *corev1.Pod
	recorder  record.EventRecorder
	dir       string
	startedAt metav1.Time
	hostPaths map[string]string
	sandbox   *sandbox.Pod
	address   netip.Addr
	statuses  *statusReporter

	// ctx ends when the pod is to stop.
	ctx      context.Context
	stopNow  context.CancelFunc
	deadline chan time.Duration
	ended    chan struct{}

	mu         sync.Mutex
	phase      corev1.PodPhase
	reason     string
	message    string
	init       []*container
	containers []*container
	initDone   bool
}

func newProcessPod(k *Kubelet, pod *corev1.Pod) *processPod {
	ctx, cancel := context.WithCancel(context.Background())
	p := &processPod{
		kubelet: k, pod: pod, recorder: k.recorder(pod.Spec.NodeName), dir: k.podDir(pod), startedAt: metav1.Now(), hostPaths: map[string]string{},
		ctx: ctx, stopNow: cancel, deadline: make(chan time.Duration, 16), ended: make(chan struct{}), phase: corev1.PodPending,
	}
	for i := range pod.Spec.InitContainers {
		p.init = append(p.init, newContainer(p, &pod.Spec.InitContainers[i]))
	}
	for i := range pod.Spec.Containers {
		p.containers = append(p.containers, newContainer(p, &pod.Spec.Containers[i]))
	}
	p.statuses = newStatusReporter(p)
	return p
}

// stop ends the pod's processes: TERM, and KILL after the grace period. A second call may shorten it.
func (p *processPod) stop(grace time.Duration) {
	p.stopNow()
	select {
	case p.deadline <- grace:
	default: // so many calls are not waited for
	}
}

// forget removes what is kept for logs, once the pod has ended.
func (p *processPod) forget() {
	<-p.ended
	os.RemoveAll(p.dir)
}

func (p *processPod) run() {
	defer close(p.ended)
	go p.statuses.run()
	allEnded := make(chan struct{})
	go p.terminate(allEnded)
	p.live() // until each container has ended
	close(allEnded)
	p.tearDown()
	p.statuses.finish()
	if p.ctx.Err() != nil && !p.kubelet.isStopping() {
		deleteForGood(p.kubelet.client, p.pod)
	}
}

// live runs the pod until its containers have ended or it is to stop.
func (p *processPod) live() {
	if err := p.prepare(); err != nil {
		if p.ctx.Err() == nil {
			p.end(corev1.PodFailed, "SandboxFailed", err.Error())
		}
		return
	}
	for _, container := range p.init {
		if code, started := container.runToEnd(p.initPolicy()); !started || code != 0 {
			if p.ctx.Err() == nil {
				p.end(corev1.PodFailed, "", fmt.Sprintf("init container %s ended with code %d", container.spec.Name, code))
			}
			return
		}
	}
	p.set(func() { p.initDone = true })
	var all sync.WaitGroup
	failed := false
	for _, container := range p.containers {
		all.Go(func() {
			code, started := container.runToEnd(p.pod.Spec.RestartPolicy)
			p.set(func() { failed = failed || !started || code != 0 })
		})
	}
	all.Wait()
	if failed {
		p.end(corev1.PodFailed, "", "")
	} else {
		p.end(corev1.PodSucceeded, "", "")
	}
}

// initPolicy is how init containers restart: those of a pod that always restarts are done when they succeed.
func (p *processPod) initPolicy() corev1.RestartPolicy {
	if p.pod.Spec.RestartPolicy == corev1.RestartPolicyAlways {
		return corev1.RestartPolicyOnFailure
	}
	return p.pod.Spec.RestartPolicy
}

// prepare makes the namespaces, the network and the volumes; what is missing and may still come is waited for.
func (p *processPod) prepare() error {
	if err := p.refuseUnknown(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(p.dir, "volumes"), 0o755); err != nil {
		return err
	}
	var err error
	if p.sandbox, err = sandbox.NewPod(p.hostname()); err != nil {
		return err
	}
	if p.address, err = p.kubelet.ips.take(); err != nil {
		return err
	}
	octets := p.address.As4()
	link := fmt.Sprintf("%s-%d", p.kubelet.options.Links, int(octets[2])<<8|int(octets[3]))
	if err := p.sandbox.Connect(*p.kubelet.options.Bridge, p.address, link); err != nil {
		return err
	}
	own := fmt.Sprintf("%s %s", p.address, p.hostname())
	if err := p.kubelet.hosts.add(p.file("hosts"), p.pod.Namespace, own); err != nil {
		return err
	}
	if err := os.WriteFile(p.file("resolv.conf"), []byte("# no resolver: names are in /etc/hosts\noptions timeout:1 attempts:1\n"), 0o644); err != nil {
		return err
	}
	for wait := 250 * time.Millisecond; ; wait = min(2*wait, 4*time.Second) {
		err := p.makeVolumes()
		if err == nil {
			return p.giveToGroup()
		}
		p.recorder.Event(p.pod, corev1.EventTypeWarning, "FailedMount", "MountVolume.SetUp failed for "+err.Error())
		if !p.sleep(wait) {
			return p.ctx.Err()
		}
	}
}

// refuseUnknown fails a pod that asks for what process nodes do not have, rather than running it without.
func (p *processPod) refuseUnknown() error {
	var unknown []string
	if p.pod.Spec.HostNetwork {
		unknown = append(unknown, "hostNetwork")
	}
	if p.pod.Spec.ActiveDeadlineSeconds != nil {
		unknown = append(unknown, "activeDeadlineSeconds")
	}
	for _, container := range p.pod.Spec.InitContainers {
		if container.RestartPolicy != nil {
			unknown = append(unknown, "restartPolicy of init container "+container.Name)
		}
	}
	if len(unknown) > 0 {
		return fmt.Errorf("process nodes do not have %s", strings.Join(unknown, ", "))
	}
	return nil
}

// tearDown gives back what the pod had, but its logs.
func (p *processPod) tearDown() {
	p.end(corev1.PodFailed, "", "") // of a pod that was stopped before it ran
	p.kubelet.hosts.remove(p.file("hosts"))
	if p.sandbox != nil {
		p.sandbox.Close()
	}
	if p.address.IsValid() {
		p.kubelet.ips.give(p.address)
	}
	os.RemoveAll(filepath.Join(p.dir, "volumes"))
}

// terminate asks the containers to end, and makes them when the grace period is over.
func (p *processPod) terminate(ended <-chan struct{}) {
	var grace time.Duration
	select {
	case grace = <-p.deadline:
	case <-ended:
		return
	}
	until := time.Now().Add(grace)
	for _, container := range p.all() {
		go container.terminate(grace)
	}
	for {
		select {
		case shorter := <-p.deadline:
			if sooner := time.Now().Add(shorter); sooner.Before(until) {
				until = sooner
			}
		case <-time.After(time.Until(until)):
			for _, container := range p.all() {
				container.kill()
			}
			return
		case <-ended:
			return
		}
	}
}

// end sets the last phase of the pod, once.
func (p *processPod) end(phase corev1.PodPhase, reason, message string) {
	p.set(func() {
		if !isLast(p.phase) {
			p.phase, p.reason, p.message = phase, reason, message
		}
	})
}

// set changes the state and has it reported.
func (p *processPod) set(change func()) {
	p.mu.Lock()
	change()
	p.mu.Unlock()
	p.statuses.changed()
}

// sleep waits; it returns false when the pod is to stop first.
func (p *processPod) sleep(duration time.Duration) bool {
	select {
	case <-time.After(duration):
		return true
	case <-p.ctx.Done():
		return false
	}
}

func (p *processPod) file(name string) string { return filepath.Join(p.dir, name) }

func (p *processPod) all() []*container { return slices.Concat(p.init, p.containers) }

func (p *processPod) container(name string) (*container, error) {
	for _, container := range p.all() {
		if container.spec.Name == name {
			return container, nil
		}
	}
	return nil, fmt.Errorf("pod %s/%s has no container %q", p.pod.Namespace, p.pod.Name, name)
}
