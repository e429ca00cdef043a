package kubelet

import (
	"context"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/kubernetes"
)

func (k *Kubelet) list() []*corev1.Pod {
	pods, _ := k.pods.List(labels.Everything()) // a lister of a cache does not fail
	return pods
}

func hasEnded(pod *corev1.Pod) bool { return isLast(pod.Status.Phase) }

// isLast says whether a phase is one that no pod leaves.
func isLast(phase corev1.PodPhase) bool {
	return phase == corev1.PodSucceeded || phase == corev1.PodFailed
}

func gracePeriod(pod *corev1.Pod) time.Duration {
	if seconds := pod.DeletionGracePeriodSeconds; seconds != nil {
		return time.Duration(*seconds) * time.Second
	}
	return 30 * time.Second // what the API server sets when nobody says
}

// deleteForGood removes the object of a pod whose processes are gone.
func deleteForGood(client kubernetes.Interface, pod *corev1.Pod) {
	now := int64(0)
	err := client.CoreV1().Pods(pod.Namespace).Delete(context.Background(), pod.Name,
		metav1.DeleteOptions{GracePeriodSeconds: &now, Preconditions: metav1.NewUIDPreconditions(string(pod.UID))})
	if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
		report(pod, "delete", err)
	}
}

func report(pod *corev1.Pod, what string, err error) {
	fmt.Fprintf(os.Stderr, "%s pod %s/%s: %s: %v\n", time.Now().Format(time.TimeOnly), pod.Namespace, pod.Name, what, err)
}
