package kubelet

import (
	"context"
	"fmt"
	"os"
	"runtime"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// NodeKindLabel says how the pods of a node run. A node without it is none of this kubelet's.
const NodeKindLabel = "testbed.geneva-constructs.dev/pods"

// Kinds of node: the values of NodeKindLabel.
const (
	// FakeNode only says that its pods run.
	FakeNode = "fake"
	// ProcessNode runs its pods as processes.
	ProcessNode = "process"
)

// kwokNode marks the nodes that Karpenter's kwok provider makes and wants somebody to fake.
const kwokNode = "kwok.x-k8s.io/node"

func kindOfNode(node *corev1.Node) string {
	if _, isKwok := node.Annotations[kwokNode]; isKwok {
		return FakeNode
	}
	return node.Labels[NodeKindLabel]
}

func (k *Kubelet) kindOf(name string) string {
	if name == "" {
		return ""
	}
	node, err := k.nodes.Get(name)
	if err != nil {
		return ""
	}
	return kindOfNode(node)
}

// onNode makes a new node ready. Its capacity is what it was created with.
func (k *Kubelet) onNode(ctx context.Context, object *corev1.Node) {
	kind := kindOfNode(object)
	if kind == "" || isReady(object) {
		return
	}
	node := object.DeepCopy()
	if kind == ProcessNode && k.options.Bridge == nil {
		fmt.Fprintf(os.Stderr, "node %s: this test bed has no network for %s nodes; start it with --nodes process\n", node.Name, ProcessNode)
		return
	}
	status := &node.Status
	if status.Capacity == nil {
		status.Capacity = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("64"), corev1.ResourceMemory: resource.MustParse("256Gi"), corev1.ResourceEphemeralStorage: resource.MustParse("500Gi")}
	}
	if _, ok := status.Capacity[corev1.ResourcePods]; !ok {
		status.Capacity[corev1.ResourcePods] = resource.MustParse("110")
	}
	status.Allocatable = status.Capacity
	now := metav1.Now()
	status.Phase = corev1.NodeRunning
	status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady", LastHeartbeatTime: now, LastTransitionTime: now}}
	status.NodeInfo.OperatingSystem, status.NodeInfo.Architecture = runtime.GOOS, runtime.GOARCH
	status.NodeInfo.KubeletVersion, status.NodeInfo.ContainerRuntimeVersion = "v1.35.4", kind+"://1"
	if kind == ProcessNode {
		// no host name: the API server would ask the machine's resolver for it
		status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: k.options.Bridge.Address().String()}}
		status.DaemonEndpoints.KubeletEndpoint.Port = k.options.Port
	}
	if _, err := k.client.CoreV1().Nodes().UpdateStatus(ctx, node, metav1.UpdateOptions{}); err != nil && !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) {
		fmt.Fprintf(os.Stderr, "node %s: %v\n", node.Name, err)
	}
}

func isReady(node *corev1.Node) bool {
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}
