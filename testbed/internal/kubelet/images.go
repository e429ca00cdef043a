package kubelet

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// Image says what a container with that image gets: there are no images here, only environments of the machine.
type Image struct {
	// Environment is a Python environment, put first on the PATH. Without one there are only the programs of the machine.
	Environment string `json:"environment,omitempty"`
	// Hides are names in the environment's site-packages that the image lacks.
	Hides []string `json:"hides,omitempty"`
	// PullSeconds is how long the first container of a node waits for the image.
	PullSeconds float64 `json:"pullSeconds,omitempty"`
	// Command is run by containers that name none.
	Command []string `json:"command,omitempty"`
	// Env are variables that the image sets.
	Env map[string]string `json:"env,omitempty"`
	// User runs containers that name none; 1000 as in Ray's images.
	User *int `json:"user,omitempty"`
}

// anyImage in the table stands for each image that it does not name.
const anyImage = "*"

// images is the table of images, read again for each pull so that a test can change it, and which node has which.
type images struct {
	file string
	mu   sync.Mutex
	on   map[string]bool
}

func newImages(file string) *images {
	return &images{file: file, on: map[string]bool{}}
}

// find returns the image of that name, or an error as a registry's.
func (i *images) find(name string) (Image, error) {
	text, err := os.ReadFile(i.file)
	if err != nil {
		return Image{}, err
	}
	table := map[string]Image{}
	if err := yaml.UnmarshalStrict(text, &table); err != nil {
		return Image{}, fmt.Errorf("%s: %w", i.file, err)
	}
	for _, key := range []string{name, anyImage} {
		if image, ok := table[key]; ok {
			return image, nil
		}
	}
	return Image{}, fmt.Errorf("%s: not found in the table of images %s", name, i.file)
}

func (i *images) has(node, name string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.on[node+" "+name]
}

func (i *images) pulled(node, name string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.on[node+" "+name] = true
}

// pullBackoff is how long the n-th failed pull is followed by none: 1, 2, 4, at most 16 seconds. A real kubelet starts with 10.
func pullBackoff(failures int) time.Duration {
	return time.Second << min(failures-1, 4)
}

// pull gets the image onto the node, with the events of a real kubelet. It returns false when the pod was stopped first.
func (c *container) pull() (Image, bool) {
	node, name := c.pod.pod.Spec.NodeName, c.spec.Image
	images, events := c.pod.kubelet.images, c.pod.recorder
	policy := c.spec.ImagePullPolicy
	for failures := 1; ; failures++ {
		image, err := images.find(name)
		present := images.has(node, name)
		switch {
		case err == nil && present && policy != corev1.PullAlways:
			events.Eventf(c.ref(), corev1.EventTypeNormal, "Pulled", "Container image %q already present on machine", name)
			return image, true
		case policy == corev1.PullNever && !present:
			c.wait("ErrImageNeverPull", fmt.Sprintf("Container image %q is not present with pull policy of Never", name))
			events.Eventf(c.ref(), corev1.EventTypeWarning, "ErrImageNeverPull", "Container image %q is not present with pull policy of Never", name)
		case err == nil:
			events.Eventf(c.ref(), corev1.EventTypeNormal, "Pulling", "Pulling image %q", name)
			took := time.Duration(image.PullSeconds * float64(time.Second))
			if present {
				took = 0
			}
			if !c.pod.sleep(took) {
				return Image{}, false
			}
			images.pulled(node, name)
			events.Eventf(c.ref(), corev1.EventTypeNormal, "Pulled", "Successfully pulled image %q in %s (%s including waiting). Image size: 0 bytes.", name, took, took)
			return image, true
		default:
			events.Eventf(c.ref(), corev1.EventTypeNormal, "Pulling", "Pulling image %q", name)
			events.Eventf(c.ref(), corev1.EventTypeWarning, "Failed", "Failed to pull image %q: %v", name, err)
			events.Eventf(c.ref(), corev1.EventTypeWarning, "Failed", "Error: ErrImagePull")
			c.wait("ErrImagePull", err.Error())
		}
		if !c.pod.sleep(time.Second) {
			return Image{}, false
		}
		c.wait("ImagePullBackOff", fmt.Sprintf("Back-off pulling image %q", name))
		events.Eventf(c.ref(), corev1.EventTypeNormal, "BackOff", "Back-off pulling image %q", name)
		if !c.pod.sleep(pullBackoff(failures)) {
			return Image{}, false
		}
	}
}

// sitePackages returns the folder of an environment that its packages are in, or "".
func (i Image) sitePackages() string {
	found, _ := filepath.Glob(filepath.Join(i.Environment, "lib", "python3.*", "site-packages")) // the pattern is well-formed
	if len(found) == 0 {
		return ""
	}
	return found[0]
}
