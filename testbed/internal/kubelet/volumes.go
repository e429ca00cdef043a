package kubelet

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"geneva-constructs.dev/testbed/internal/sandbox"
)

// makeVolumes makes the volumes of the pod, each in a folder of the machine. Values are those of now: a change of a
// secret or a config map does not reach a running pod.
func (p *processPod) makeVolumes() error {
	for i := range p.pod.Spec.Volumes {
		volume := &p.pod.Spec.Volumes[i]
		if err := p.makeVolume(volume); err != nil {
			return fmt.Errorf("volume %s: %w", volume.Name, err)
		}
	}
	return nil
}

func (p *processPod) makeVolume(volume *corev1.Volume) error {
	dir := p.volumeDir(volume.Name)
	if volume.HostPath != nil {
		p.hostPaths[volume.Name] = volume.HostPath.Path
		_, err := os.Stat(volume.HostPath.Path)
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	switch {
	case volume.EmptyDir != nil:
		return p.makeEmptyDir(dir, volume.EmptyDir)
	case volume.ConfigMap != nil:
		from := volume.ConfigMap
		return p.project(dir, corev1.VolumeProjection{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: from.LocalObjectReference, Items: from.Items, Optional: from.Optional}}, from.DefaultMode)
	case volume.Secret != nil:
		from := volume.Secret
		name := corev1.LocalObjectReference{Name: from.SecretName}
		return p.project(dir, corev1.VolumeProjection{Secret: &corev1.SecretProjection{LocalObjectReference: name, Items: from.Items, Optional: from.Optional}}, from.DefaultMode)
	case volume.DownwardAPI != nil:
		from := volume.DownwardAPI
		return p.project(dir, corev1.VolumeProjection{DownwardAPI: &corev1.DownwardAPIProjection{Items: from.Items}}, from.DefaultMode)
	case volume.Projected != nil:
		for _, source := range volume.Projected.Sources {
			if err := p.project(dir, source, volume.Projected.DefaultMode); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("process nodes know emptyDir, hostPath, configMap, secret, downwardAPI and projected volumes")
}

func (p *processPod) makeEmptyDir(dir string, source *corev1.EmptyDirVolumeSource) error {
	if source.Medium == corev1.StorageMediumMemory {
		size := int64(0)
		if source.SizeLimit != nil {
			size = source.SizeLimit.Value()
		}
		return p.sandbox.MountTmpfs(dir, size)
	}
	return os.Chmod(dir, 0o777) // as a real kubelet does
}

func (p *processPod) project(dir string, source corev1.VolumeProjection, mode *int32) error {
	switch {
	case source.ServiceAccountToken != nil:
		token, err := p.token(source.ServiceAccountToken)
		if err != nil {
			return err
		}
		return writeFile(filepath.Join(dir, source.ServiceAccountToken.Path), token, mode)
	case source.ConfigMap != nil:
		values, err := p.configMap(source.ConfigMap.Name, isTrue(source.ConfigMap.Optional))
		if err != nil {
			return err
		}
		return write(dir, values, source.ConfigMap.Items, mode)
	case source.Secret != nil:
		values, err := p.secret(source.Secret.Name, isTrue(source.Secret.Optional))
		if err != nil {
			return err
		}
		return write(dir, values, source.Secret.Items, mode)
	case source.DownwardAPI != nil:
		return p.writeFields(dir, source.DownwardAPI.Items, mode)
	}
	return fmt.Errorf("a projection that process nodes do not know")
}

// token asks for a token of the pod's service account that ends with the pod. It is not renewed.
func (p *processPod) token(projection *corev1.ServiceAccountTokenProjection) (string, error) {
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{
		ExpirationSeconds: projection.ExpirationSeconds,
		BoundObjectRef:    &authenticationv1.BoundObjectReference{Kind: "Pod", APIVersion: "v1", Name: p.pod.Name, UID: p.pod.UID},
	}}
	if projection.Audience != "" {
		request.Spec.Audiences = []string{projection.Audience}
	}
	answer, err := p.kubelet.client.CoreV1().ServiceAccounts(p.pod.Namespace).CreateToken(context.Background(), p.pod.Spec.ServiceAccountName, request, metav1.CreateOptions{})
	if err != nil {
		return "", err
	}
	return answer.Status.Token, nil
}

func (p *processPod) writeFields(dir string, items []corev1.DownwardAPIVolumeFile, mode *int32) error {
	for _, item := range items {
		if item.FieldRef == nil {
			return fmt.Errorf("%s: process nodes project fields, not resources", item.Path)
		}
		value, err := p.field(item.FieldRef.FieldPath)
		if err != nil {
			return err
		}
		if err := writeFile(filepath.Join(dir, item.Path), value, mode); err != nil {
			return err
		}
	}
	return nil
}

func write(dir string, values map[string]string, items []corev1.KeyToPath, mode *int32) error {
	paths := map[string]string{}
	for key := range values {
		paths[key] = key
	}
	if len(items) > 0 {
		paths = map[string]string{}
		for _, item := range items {
			if _, ok := values[item.Key]; !ok {
				return fmt.Errorf("references non-existent key: %s", item.Key)
			}
			paths[item.Key] = item.Path
		}
	}
	for key, path := range paths {
		if err := writeFile(filepath.Join(dir, path), values[key], mode); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(path, text string, mode *int32) error {
	permissions := os.FileMode(0o644)
	if mode != nil {
		permissions = os.FileMode(*mode)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	return os.Chmod(path, permissions)
}

// giveToGroup lets the group of the pod's security context use its volumes.
func (p *processPod) giveToGroup() error {
	context := p.pod.Spec.SecurityContext
	if context == nil || context.FSGroup == nil {
		return nil
	}
	return filepath.WalkDir(filepath.Join(p.dir, "volumes"), func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		mode := info.Mode().Perm() | 0o660
		if entry.IsDir() {
			mode |= os.ModeSetgid | 0o770
		}
		if err := os.Lchown(path, -1, int(*context.FSGroup)); err != nil {
			return err
		}
		return os.Chmod(path, mode)
	})
}

func (p *processPod) volumeDir(name string) string {
	return filepath.Join(p.dir, "volumes", name)
}

// mounts returns the volumes of a container, outer ones before those inside them.
func (p *processPod) mounts(spec *corev1.Container, variables map[string]string) []sandbox.Mount {
	mounts := []sandbox.Mount{}
	for _, mount := range spec.VolumeMounts {
		source := p.volumeDir(mount.Name)
		if path, ok := p.hostPaths[mount.Name]; ok {
			source = path
		}
		subPath := mount.SubPath
		if mount.SubPathExpr != "" {
			subPath = expand([]string{mount.SubPathExpr}, variables)[0]
		}
		mounts = append(mounts, sandbox.Mount{Source: filepath.Join(source, filepath.Join("/", subPath)), Target: mount.MountPath, ReadOnly: mount.ReadOnly})
	}
	sort.SliceStable(mounts, func(i, j int) bool { return mounts[i].Target < mounts[j].Target })
	return mounts
}
