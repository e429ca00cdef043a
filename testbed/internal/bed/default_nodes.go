package bed

import (
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"geneva-constructs.dev/testbed/internal/kubelet"
)

// headLabel is the label of nodes made for Ray heads.
const headLabel = "geneva.lancedb.com/ray-head"

// nodesFor returns the nodes a test bed starts with: three of a kind, or those of a file.
func nodesFor(choice string) ([]corev1.Node, error) {
	if choice != kubelet.FakeNode && choice != kubelet.ProcessNode {
		return nodesOf(choice)
	}
	return []corev1.Node{
		node("head-0", choice, map[string]string{headLabel: "true"}),
		node("worker-0", choice, nil),
		node("worker-1", choice, nil),
	}, nil
}

func node(name, kind string, labels map[string]string) corev1.Node {
	all := map[string]string{corev1.LabelHostname: name, corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64", kubelet.NodeKindLabel: kind}
	for key, value := range labels {
		all[key] = value
	}
	capacity := corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse("64"), corev1.ResourceMemory: resource.MustParse("256Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("500Gi"), corev1.ResourcePods: resource.MustParse("110"),
	}
	return corev1.Node{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Node"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: all},
		Status:     corev1.NodeStatus{Capacity: capacity},
	}
}

func nodesOf(path string) ([]corev1.Node, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--nodes: expected %s, %s or a file with a list of nodes: %w", kubelet.FakeNode, kubelet.ProcessNode, err)
	}
	var nodes []corev1.Node
	if err := yaml.UnmarshalStrict(text, &nodes); err != nil {
		return nil, fmt.Errorf("--nodes: %s is not a list of nodes: %w", path, err)
	}
	return nodes, nil
}

func hasProcessNode(nodes []corev1.Node) bool {
	for _, node := range nodes {
		if node.Labels[kubelet.NodeKindLabel] == kubelet.ProcessNode {
			return true
		}
	}
	return false
}
