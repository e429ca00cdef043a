package kubelet

import (
	"context"
	"fmt"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/workqueue"
)

// CompleteAfterAnnotation on a pod of a fake node is the number of seconds after which it is said to have succeeded.
const CompleteAfterAnnotation = "testbed.geneva-constructs.dev/complete-after"

// fakePods says of pods that they run, and of deleted ones that they are gone.
type fakePods struct {
	client kubernetes.Interface
	queue  workqueue.TypedRateLimitingInterface[podRef]
	count  uint32
}

type podRef struct{ namespace, name string }

func newFakePods(client kubernetes.Interface) *fakePods {
	return &fakePods{client: client, queue: workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[podRef]())}
}

func (f *fakePods) add(pod *corev1.Pod) {
	f.queue.Add(podRef{pod.Namespace, pod.Name})
}

func (f *fakePods) run(ctx context.Context) {
	go func() {
		<-ctx.Done()
		f.queue.ShutDown()
	}()
	for {
		ref, isShutDown := f.queue.Get()
		if isShutDown {
			return
		}
		if err := f.step(ctx, ref); err != nil && !apierrors.IsNotFound(err) {
			f.queue.AddRateLimited(ref)
		} else {
			f.queue.Forget(ref)
		}
		f.queue.Done(ref)
	}
}

func (f *fakePods) step(ctx context.Context, ref podRef) error {
	pod, err := f.client.CoreV1().Pods(ref.namespace).Get(ctx, ref.name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	switch {
	case pod.DeletionTimestamp != nil:
		deleteForGood(f.client, pod)
		return nil
	case pod.Status.StartTime == nil:
		f.start(pod)
	case pod.Status.Phase == corev1.PodRunning:
		left, completes := untilComplete(pod)
		if !completes {
			return nil
		}
		if left > 0 {
			f.queue.AddAfter(ref, left)
			return nil
		}
		complete(pod)
	default:
		return nil
	}
	_, err = f.client.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, pod, metav1.UpdateOptions{})
	return err
}

func (f *fakePods) start(pod *corev1.Pod) {
	now, yes := metav1.Now(), true
	f.count++ // one worker, so no lock
	address := fmt.Sprintf("10.244.%d.%d", f.count/250%250, f.count%250+1)
	status := &pod.Status
	status.Phase, status.StartTime = corev1.PodRunning, &now
	status.HostIP, status.PodIP, status.PodIPs = "10.0.0.1", address, []corev1.PodIP{{IP: address}}
	for _, kind := range []corev1.PodConditionType{corev1.PodReadyToStartContainers, corev1.PodInitialized, corev1.ContainersReady, corev1.PodReady} {
		status.Conditions = append(status.Conditions, corev1.PodCondition{Type: kind, Status: corev1.ConditionTrue, LastTransitionTime: now})
	}
	for _, container := range pod.Spec.InitContainers {
		status.InitContainerStatuses = append(status.InitContainerStatuses, corev1.ContainerStatus{
			Name: container.Name, Image: container.Image, Ready: true,
			State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: now, FinishedAt: now}},
		})
	}
	for _, container := range pod.Spec.Containers {
		status.ContainerStatuses = append(status.ContainerStatuses, corev1.ContainerStatus{
			Name: container.Name, Image: container.Image, Ready: true, Started: &yes,
			State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}},
		})
	}
}

func untilComplete(pod *corev1.Pod) (time.Duration, bool) {
	seconds, err := strconv.ParseFloat(pod.Annotations[CompleteAfterAnnotation], 64)
	if err != nil {
		return 0, false
	}
	return time.Until(pod.Status.StartTime.Add(time.Duration(seconds * float64(time.Second)))), true
}

func complete(pod *corev1.Pod) {
	now := metav1.Now()
	pod.Status.Phase = corev1.PodSucceeded
	for i := range pod.Status.Conditions {
		condition := &pod.Status.Conditions[i]
		if condition.Type == corev1.PodReady || condition.Type == corev1.ContainersReady {
			condition.Status, condition.Reason, condition.LastTransitionTime = corev1.ConditionFalse, "PodCompleted", now
		}
	}
	for i := range pod.Status.ContainerStatuses {
		status := &pod.Status.ContainerStatuses[i]
		status.Ready = false
		status.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: *pod.Status.StartTime, FinishedAt: now}}
	}
}
