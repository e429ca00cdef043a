package bed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/yaml"
)

// startTimeout bounds each step of a start; a machine that is busy with other things takes its time.
const startTimeout = 2 * time.Minute

func writeKubeconfig(path, server, caPath, token string) error {
	ca, err := os.ReadFile(caPath)
	if err != nil {
		return err
	}
	config := clientcmdapi.NewConfig()
	config.Clusters["testbed"] = &clientcmdapi.Cluster{Server: server, CertificateAuthorityData: ca}
	config.AuthInfos["testbed"] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts["testbed"] = &clientcmdapi.Context{Cluster: "testbed", AuthInfo: "testbed", Namespace: metav1.NamespaceDefault}
	config.CurrentContext = "testbed"
	return clientcmd.WriteToFile(*config, path)
}

func restConfig(kubeconfig string) (*rest.Config, error) {
	return clientcmd.BuildConfigFromFlags("", kubeconfig)
}

// await asks until the answer is yes, a component has died, or time is up.
func (r *running) await(ctx context.Context, what string, isSo func(context.Context) (bool, error)) error {
	limited, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	var last error
	for {
		ok, err := isSo(limited)
		if ok {
			return nil
		}
		if err != nil && limited.Err() == nil {
			last = err
		}
		select {
		case err := <-r.failed:
			return err
		case <-limited.Done():
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("%s: not so after %s: %w", what, startTimeout, errors.Join(last, limited.Err()))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func isServerReady(client kubernetes.Interface) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		_, err := client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		return err == nil, err
	}
}

// isManagerReady looks for what the controller manager makes first in a new namespace.
func isManagerReady(client kubernetes.Interface) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		_, err := client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err == nil, err
	}
}

func areNodesReady(client kubernetes.Interface, count int) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		list, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, err
		}
		ready := 0
		for _, node := range list.Items {
			for _, condition := range node.Status.Conditions {
				if condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue {
					ready++
				}
			}
		}
		return ready >= count, nil
	}
}

func createNodes(ctx context.Context, client kubernetes.Interface, nodes []corev1.Node) error {
	for i := range nodes {
		_, err := client.CoreV1().Nodes().Create(ctx, &nodes[i], metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("node %s: %w", nodes[i].Name, err)
		}
	}
	return nil
}

var definitions = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}

// applyDefinitions creates the CustomResourceDefinitions of the YAML files in the folders, and waits until they are served.
func (r *running) applyDefinitions(ctx context.Context, config *rest.Config, dirs []string) error {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	var names []string
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
		if err != nil {
			return err
		}
		for _, file := range files {
			name, err := createDefinition(ctx, client, file)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			names = append(names, name)
		}
	}
	for _, name := range names {
		if err := r.await(ctx, name+" is served", isEstablished(client, name)); err != nil {
			return err
		}
	}
	return nil
}

func createDefinition(ctx context.Context, client dynamic.Interface, file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal(text, &object.Object); err != nil {
		return "", err
	}
	_, err = client.Resource(definitions).Create(ctx, object, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) { // of two folders, the first has its way
		err = nil
	}
	return object.GetName(), err
}

func isEstablished(client dynamic.Interface, name string) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		object, err := client.Resource(definitions).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		conditions, _, err := unstructured.NestedSlice(object.Object, "status", "conditions")
		if err != nil {
			return false, err
		}
		for _, item := range conditions {
			if condition, ok := item.(map[string]any); ok && condition["type"] == "Established" && condition["status"] == "True" {
				return true, nil
			}
		}
		return false, nil
	}
}
