package kubelet

import (
	"context"
	"encoding/json"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// statusReporter tells the API server how a pod does, in order, skipping what is overtaken.
type statusReporter struct {
	pod    *processPod
	signal chan struct{}
	quit   chan struct{}
	done   chan struct{}
	since  map[corev1.PodConditionType]corev1.PodCondition
}

func newStatusReporter(pod *processPod) *statusReporter {
	return &statusReporter{
		pod: pod, signal: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
		since: map[corev1.PodConditionType]corev1.PodCondition{},
	}
}

func (r *statusReporter) changed() {
	select {
	case r.signal <- struct{}{}:
	default: // one is waiting, and will see this change too
	}
}

func (r *statusReporter) run() {
	defer close(r.done)
	for {
		select {
		case <-r.signal:
			r.send()
		case <-r.quit:
			r.send()
			return
		}
	}
}

// finish reports the last state, and returns when that is done.
func (r *statusReporter) finish() {
	close(r.quit)
	<-r.done
}

func (r *statusReporter) send() {
	pod := r.pod.pod
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": pod.UID}, "status": r.status()})
	if err != nil {
		report(pod, "status", err)
		return
	}
	for wait := 100 * time.Millisecond; ; wait *= 2 {
		_, err := r.pod.kubelet.client.CoreV1().Pods(pod.Namespace).Patch(context.Background(), pod.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
		if err == nil || apierrors.IsNotFound(err) || apierrors.IsConflict(err) { // the latter: another pod of that name
			return
		}
		report(pod, "status", err)
		if wait > 5*time.Second {
			return
		}
		time.Sleep(wait)
	}
}

func (r *statusReporter) status() corev1.PodStatus {
	p := r.pod
	p.mu.Lock()
	defer p.mu.Unlock()
	isReady := p.phase == corev1.PodRunning
	status := corev1.PodStatus{Phase: p.phase, Reason: p.reason, Message: p.message, StartTime: &p.startedAt, HostIP: p.kubelet.options.Bridge.Address().String()}
	for _, container := range p.init {
		status.InitContainerStatuses = append(status.InitContainerStatuses, container.status())
	}
	for _, container := range p.containers {
		isReady = isReady && container.isReady
		status.ContainerStatuses = append(status.ContainerStatuses, container.status())
	}
	if p.address.IsValid() {
		status.PodIP = p.address.String()
		status.PodIPs = []corev1.PodIP{{IP: status.PodIP}}
	}
	notReady := "ContainersNotReady"
	if isLast(p.phase) {
		notReady = "PodCompleted"
	}
	status.Conditions = []corev1.PodCondition{
		r.condition(corev1.PodReadyToStartContainers, p.address.IsValid(), ""),
		r.condition(corev1.PodInitialized, p.initDone, "ContainersNotInitialized"),
		r.condition(corev1.ContainersReady, isReady, notReady),
		r.condition(corev1.PodReady, isReady, notReady),
	}
	return status
}

// condition keeps the time at which a condition changed.
func (r *statusReporter) condition(kind corev1.PodConditionType, holds bool, reason string) corev1.PodCondition {
	condition := corev1.PodCondition{Type: kind, Status: corev1.ConditionTrue}
	if !holds {
		condition.Status, condition.Reason = corev1.ConditionFalse, reason
	}
	before, known := r.since[kind]
	if known && before.Status == condition.Status {
		condition.LastTransitionTime = before.LastTransitionTime
	} else {
		condition.LastTransitionTime = metav1.Now()
	}
	r.since[kind] = condition
	return condition
}

func (c *container) status() corev1.ContainerStatus {
	started := c.started
	return corev1.ContainerStatus{
		Name: c.spec.Name, Image: c.spec.Image, State: c.state, LastTerminationState: c.last, RestartCount: c.restarts,
		Ready: c.isReady || (c.state.Terminated != nil && c.state.Terminated.ExitCode == 0 && c.isInit()), Started: &started,
	}
}

func (c *container) isInit() bool {
	for _, other := range c.pod.init {
		if other == c {
			return true
		}
	}
	return false
}
