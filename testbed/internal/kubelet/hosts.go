package kubelet

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
)

// hosts is the name service of a test bed without a DNS server: the name of each service leads to the addresses of its
// ready endpoints, in a hosts file of each pod and in one for programs of the machine.
//
// There is no address of a service itself, and so no mapping of its ports: who connects uses the port of the pod.
type hosts struct {
	mu     sync.Mutex
	api    string
	slices map[types.UID]*discoveryv1.EndpointSlice
	files  map[string]hostsFile
}

// hostsFile is one reader's view.
type hostsFile struct {
	namespace string
	// own is the reader's own line.
	own string
}

func newHosts(options Options) *hosts {
	h := &hosts{slices: map[types.UID]*discoveryv1.EndpointSlice{}, files: map[string]hostsFile{}}
	if options.Bridge != nil {
		h.api = options.APIHost
	}
	if options.HostsFile != "" {
		name, _ := os.Hostname()
		h.files[options.HostsFile] = hostsFile{own: "127.0.1.1 " + name}
	}
	return h
}

func (h *hosts) handler() cache.ResourceEventHandler {
	change := func(object any, set func(*discoveryv1.EndpointSlice)) {
		if tombstone, ok := object.(cache.DeletedFinalStateUnknown); ok {
			object = tombstone.Obj
		}
		if slice, ok := object.(*discoveryv1.EndpointSlice); ok {
			h.mu.Lock()
			defer h.mu.Unlock()
			set(slice)
			h.writeAll()
		}
	}
	put := func(slice *discoveryv1.EndpointSlice) { h.slices[slice.UID] = slice }
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { change(object, put) },
		UpdateFunc: func(_, object any) { change(object, put) },
		DeleteFunc: func(object any) {
			change(object, func(slice *discoveryv1.EndpointSlice) { delete(h.slices, slice.UID) })
		},
	}
}

// add keeps a file up to date from now on.
func (h *hosts) add(path, namespace, own string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.files[path] = hostsFile{namespace, own}
	return writeInPlace(path, h.text(h.files[path]))
}

func (h *hosts) remove(path string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.files, path)
}

func (h *hosts) writeAll() {
	for path, file := range h.files {
		if err := writeInPlace(path, h.text(file)); err != nil {
			fmt.Fprintln(os.Stderr, "hosts file:", err)
		}
	}
}

func (h *hosts) text(file hostsFile) string {
	lines := []string{"127.0.0.1 localhost", file.own}
	if h.api != "" {
		lines = append(lines, h.api+" kubernetes.default.svc.cluster.local kubernetes.default.svc kubernetes.default kubernetes")
	}
	var names []string
	for _, slice := range h.slices {
		service := slice.Labels[discoveryv1.LabelServiceName]
		if service == "" || (service == "kubernetes" && slice.Namespace == "default") {
			continue
		}
		inNamespace := service + "." + slice.Namespace
		aliases := fmt.Sprintf("%s.svc.cluster.local %s.svc %s", inNamespace, inNamespace, inNamespace)
		if slice.Namespace == file.namespace {
			aliases += " " + service
		}
		for _, endpoint := range slice.Endpoints {
			if endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready {
				for _, address := range endpoint.Addresses {
					names = append(names, address+" "+aliases)
				}
			}
		}
	}
	slices.Sort(names)
	return strings.Join(append(lines, names...), "\n") + "\n"
}

// writeInPlace changes a file that is mounted into a container, which sees the file and not its name. It is never empty:
// a reader of that moment would know no name at all.
func writeInPlace(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		return err
	}
	return file.Truncate(int64(len(text)))
}
