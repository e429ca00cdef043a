package kubelet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

func slice(service, namespace string, ready bool, addresses ...string) *discoveryv1.EndpointSlice {
	return &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{UID: types.UID(service + namespace), Namespace: namespace, Labels: map[string]string{discoveryv1.LabelServiceName: service}},
		Endpoints:  []discoveryv1.Endpoint{{Addresses: addresses, Conditions: discoveryv1.EndpointConditions{Ready: &ready}}},
	}
}

func hostsOf(slices ...*discoveryv1.EndpointSlice) *hosts {
	h := newHosts(Options{})
	for _, slice := range slices {
		h.handler().OnAdd(slice, true)
	}
	return h
}

func TestAServiceHasItsShortNameInItsOwnNamespaceOnly(t *testing.T) {
	h := hostsOf(slice("head", "a", true, "10.77.0.2"))
	expect(t, h.text(hostsFile{"a", "10.77.0.9 me"}), "127.0.0.1 localhost\n10.77.0.9 me\n10.77.0.2 head.a.svc.cluster.local head.a.svc head.a head\n")
	expect(t, h.text(hostsFile{"b", "10.77.0.9 me"}), "127.0.0.1 localhost\n10.77.0.9 me\n10.77.0.2 head.a.svc.cluster.local head.a.svc head.a\n")
}

func TestEndpointsThatAreNotReadyHaveNoName(t *testing.T) {
	if text := hostsOf(slice("head", "a", false, "10.77.0.2")).text(hostsFile{}); strings.Contains(text, "head") {
		t.Error(text)
	}
}

func TestAFileFollowsItsServicesAndIsTheSameFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hosts")
	head := slice("head", "a", true, "10.77.0.2")
	h := hostsOf(head)
	if err := h.add(path, "a", "10.77.0.9 me"); err != nil {
		t.Fatal(err)
	}
	before, _ := os.Stat(path)
	h.handler().OnDelete(head)
	after, _ := os.Stat(path)
	text, _ := os.ReadFile(path)
	expect(t, string(text), "127.0.0.1 localhost\n10.77.0.9 me\n")
	expect(t, os.SameFile(before, after), true)
}
