package kubelet

import (
	"context"
	"fmt"
	"sort"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podresource "k8s.io/kubernetes/pkg/api/v1/resource"
	"k8s.io/kubernetes/pkg/fieldpath"
	"k8s.io/kubernetes/third_party/forked/golang/expansion"
)

const machinePath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// environment returns the variables of a container.
func (p *processPod) environment(spec *corev1.Container, image Image, home string) (map[string]string, error) {
	options := p.kubelet.options
	variables := map[string]string{
		"PATH": machinePath, "HOME": home, "LANG": "C.UTF-8", "HOSTNAME": p.hostname(),
		"KUBERNETES_SERVICE_HOST": options.APIHost, "KUBERNETES_SERVICE_PORT": options.APIPort, "KUBERNETES_SERVICE_PORT_HTTPS": options.APIPort,
		"RAY_USAGE_STATS_ENABLED": "0", // a test does not report to anybody
	}
	if image.Environment != "" {
		variables["PATH"] = image.Environment + "/bin:" + machinePath
	}
	for name, value := range image.Env {
		variables[name] = value
	}
	for _, source := range spec.EnvFrom {
		values, err := p.valuesOf(source)
		if err != nil {
			return nil, err
		}
		for name, value := range values {
			variables[source.Prefix+name] = value
		}
	}
	for _, variable := range spec.Env {
		value, isSet, err := p.valueOf(variable, spec, variables)
		if err != nil {
			return nil, fmt.Errorf("variable %s: %w", variable.Name, err)
		}
		if isSet {
			variables[variable.Name] = value
		}
	}
	return variables, nil
}

func (p *processPod) valuesOf(source corev1.EnvFromSource) (map[string]string, error) {
	switch {
	case source.ConfigMapRef != nil:
		return p.configMap(source.ConfigMapRef.Name, isTrue(source.ConfigMapRef.Optional))
	case source.SecretRef != nil:
		return p.secret(source.SecretRef.Name, isTrue(source.SecretRef.Optional))
	}
	return nil, nil
}

func (p *processPod) valueOf(variable corev1.EnvVar, spec *corev1.Container, known map[string]string) (value string, isSet bool, err error) {
	source := variable.ValueFrom
	if source == nil {
		return expansion.Expand(variable.Value, expansion.MappingFuncFor(known)), true, nil
	}
	switch {
	case source.FieldRef != nil:
		value, err = p.field(source.FieldRef.FieldPath)
		return value, true, err
	case source.ResourceFieldRef != nil:
		name := source.ResourceFieldRef.ContainerName
		if name == "" {
			name = spec.Name
		}
		value, err = podresource.ExtractResourceValueByContainerNameAndNodeAllocatable(source.ResourceFieldRef, p.pod, name, p.allocatable())
		return value, true, err
	case source.ConfigMapKeyRef != nil:
		optional := isTrue(source.ConfigMapKeyRef.Optional)
		values, err := p.configMap(source.ConfigMapKeyRef.Name, optional)
		return pick(values, source.ConfigMapKeyRef.Key, "config map "+source.ConfigMapKeyRef.Name, optional, err)
	case source.SecretKeyRef != nil:
		optional := isTrue(source.SecretKeyRef.Optional)
		values, err := p.secret(source.SecretKeyRef.Name, optional)
		return pick(values, source.SecretKeyRef.Key, "secret "+source.SecretKeyRef.Name, optional, err)
	}
	return "", false, fmt.Errorf("a source that process nodes do not know")
}

func pick(values map[string]string, key, where string, optional bool, err error) (string, bool, error) {
	if err != nil {
		return "", false, err
	}
	value, ok := values[key]
	if !ok && !optional {
		return "", false, fmt.Errorf("couldn't find key %s in %s", key, where)
	}
	return value, ok, nil
}

// field returns a field of the pod, as the downward API names it.
func (p *processPod) field(path string) (string, error) {
	switch path {
	case "status.podIP", "status.podIPs":
		return p.address.String(), nil
	case "status.hostIP", "status.hostIPs":
		return p.kubelet.options.Bridge.Address().String(), nil
	case "spec.nodeName":
		return p.pod.Spec.NodeName, nil
	case "spec.serviceAccountName":
		return p.pod.Spec.ServiceAccountName, nil
	}
	return fieldpath.ExtractFieldPathAsString(p.pod, path)
}

func (p *processPod) allocatable() corev1.ResourceList {
	node, err := p.kubelet.nodes.Get(p.pod.Spec.NodeName)
	if err != nil {
		return nil
	}
	return node.Status.Allocatable
}

func (p *processPod) configMap(name string, optional bool) (map[string]string, error) {
	object, err := p.kubelet.client.CoreV1().ConfigMaps(p.pod.Namespace).Get(context.Background(), name, metav1.GetOptions{})
	if err != nil {
		return nil, missing(err, optional)
	}
	values := map[string]string{}
	for key, value := range object.Data {
		values[key] = value
	}
	for key, value := range object.BinaryData {
		values[key] = string(value)
	}
	return values, nil
}

func (p *processPod) secret(name string, optional bool) (map[string]string, error) {
	object, err := p.kubelet.client.CoreV1().Secrets(p.pod.Namespace).Get(context.Background(), name, metav1.GetOptions{})
	if err != nil {
		return nil, missing(err, optional)
	}
	values := map[string]string{}
	for key, value := range object.Data {
		values[key] = string(value)
	}
	return values, nil
}

func missing(err error, optional bool) error {
	if optional && apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

func isTrue(value *bool) bool { return value != nil && *value }

func pairs(variables map[string]string) []string {
	list := make([]string, 0, len(variables))
	for name, value := range variables {
		list = append(list, name+"="+value)
	}
	sort.Strings(list)
	return list
}

func expand(words []string, variables map[string]string) []string {
	expanded := make([]string, len(words))
	for i, word := range words {
		expanded[i] = expansion.Expand(word, expansion.MappingFuncFor(variables))
	}
	return expanded
}

// hostname is the pod's name as the kernel takes it.
func (p *processPod) hostname() string {
	name := p.pod.Spec.Hostname
	if name == "" {
		name = p.pod.Name
	}
	if len(name) > 63 {
		name = strings.TrimRight(name[:63], "-.")
	}
	return name
}
