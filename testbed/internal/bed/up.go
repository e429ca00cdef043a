package bed

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"geneva-constructs.dev/testbed/internal/sandbox"
)

// Ports of a test bed with a network of its own, where nobody else has them.
const (
	serverPort  = 6443
	kubeletPort = 10250
)

// Options say what test bed to start.
type Options struct {
	// Beds is the folder of the test beds of this user.
	Beds     string
	Programs Programs
	// Seed is an etcd folder made by Seed.
	Seed string
	// Definitions are folders of what is to be defined beyond it.
	Definitions []string
	// Karpenter is the program of Karpenter's kwok provider; without one there is no Karpenter.
	Karpenter string
	// Nodes is "fake", "process" or a file with a list of nodes.
	Nodes string
	// Images is the table of images for process nodes.
	Images string
	// Hidden are paths of the machine that pods see empty.
	Hidden []string
}

// Up runs a test bed until the context ends. It calls ready once all of it is.
func Up(ctx context.Context, options Options, ready func(State)) error {
	nodes, err := nodesFor(options.Nodes)
	if err != nil {
		return err
	}
	if hasProcessNode(nodes) {
		if err := checkMachine(); err != nil {
			return err
		}
		if options.Images == "" {
			return fmt.Errorf("process nodes need --images: a YAML file that says which Python environment each image stands for")
		}
	}
	b, bridge, err := found(options, hasProcessNode(nodes))
	if err != nil {
		return err
	}
	defer b.alive.Close()
	defer remove(b.dir)
	r := newRunning(b)
	defer r.stop()
	if err := b.start(ctx, r, options, nodes, bridge); err != nil {
		return err
	}
	if err := b.save(r.pids); err != nil {
		return err
	}
	ready(b.state)
	select {
	case <-ctx.Done():
		return nil
	case err := <-r.failed:
		return err
	}
}

// found makes the folder of a new test bed, and its network. One at a time: two would take the same.
func found(options Options, hasNetwork bool) (*bed, *sandbox.Bridge, error) {
	held, err := lockAll(options.Beds)
	if err != nil {
		return nil, nil, err
	}
	defer held.Close()
	if _, err := clean(options.Beds); err != nil {
		return nil, nil, err
	}
	if err := checkRoom(options.Beds); err != nil {
		return nil, nil, err
	}
	id := make([]byte, 3)
	if _, err := rand.Read(id); err != nil {
		return nil, nil, err
	}
	b := &bed{state: State{ID: hex.EncodeToString(id), PID: os.Getpid(), StartedAt: time.Now(), Nodes: options.Nodes}}
	b.dir = filepath.Join(options.Beds, b.state.ID)
	b.state.Dir, b.state.Kubeconfig = b.dir, filepath.Join(b.dir, "kubeconfig")
	bridge, err := b.make(options.Seed, hasNetwork)
	if err != nil {
		remove(b.dir)
		return nil, nil, err
	}
	return b, bridge, nil
}

// make makes what a test bed starts from.
func (b *bed) make(seed string, hasNetwork bool) (*sandbox.Bridge, error) {
	if err := b.makeFolders(); err != nil {
		return nil, err
	}
	var err error
	if b.alive, err = lock(filepath.Join(b.dir, aliveFile), false); err != nil {
		return nil, err
	}
	if seed != "" {
		if err := os.CopyFS(filepath.Join(b.dir, "etcd"), os.DirFS(seed)); err != nil {
			return nil, fmt.Errorf("copy the seed: %w", err)
		}
	}
	if !hasNetwork {
		return nil, nil
	}
	bridge, err := makeBridge(b.state.ID)
	if err != nil {
		return nil, err
	}
	b.state.Bridge, b.state.Network = bridge.Name, bridge.Prefix.String()
	// before the kubelet keeps it, and the operator sees it
	return bridge, os.WriteFile(b.hostsFile(), []byte("127.0.0.1 localhost\n"), 0o644)
}

func (b *bed) makeFolders() error {
	for _, name := range []string{"logs", "pki"} {
		if err := os.MkdirAll(filepath.Join(b.dir, name), 0o755); err != nil {
			return err
		}
	}
	return nil
}

func makeBridge(id string) (*sandbox.Bridge, error) {
	interfaces, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var used []netip.Addr
	for _, address := range interfaces {
		if network, ok := address.(*net.IPNet); ok {
			if ip, ok := netip.AddrFromSlice(network.IP); ok {
				used = append(used, ip.Unmap())
			}
		}
	}
	prefix, err := freeNetwork(used)
	if err != nil {
		return nil, err
	}
	bridge := &sandbox.Bridge{Name: bridgeName(id), Prefix: prefix}
	return bridge, bridge.Create()
}

func (b *bed) start(ctx context.Context, r *running, options Options, nodes []corev1.Node, bridge *sandbox.Bridge) error {
	host, port, kubeletHost := "127.0.0.1", 0, ""
	if bridge != nil {
		host, port = bridge.Address().String(), serverPort
		kubeletHost = host
	}
	plane, err := newControlPlane(b, options.Programs, host, port, kubeletHost)
	if err != nil {
		return err
	}
	b.state.Server = plane.server()
	if err := copyFile(plane.kubeconfig("admin"), b.state.Kubeconfig); err != nil {
		return err
	}
	if err := plane.startServer(ctx, r); err != nil {
		return err
	}
	if len(options.Definitions) > 0 {
		if err := r.applyDefinitions(ctx, plane.config, options.Definitions); err != nil {
			return err
		}
	}
	if err := plane.startControllers(r); err != nil {
		return err
	}
	if err := r.start(kubeletOf(b, options, plane, bridge)); err != nil {
		return err
	}
	if err := createNodes(ctx, plane.client, nodes); err != nil {
		return err
	}
	if err := startOperator(ctx, b, r, plane, bridge != nil); err != nil {
		return err
	}
	if options.Karpenter != "" {
		if err := startKarpenter(ctx, r, plane, options.Karpenter); err != nil {
			return err
		}
	}
	if err := r.await(ctx, "the nodes are ready", areNodesReady(plane.client, len(nodes))); err != nil {
		return err
	}
	return r.await(ctx, "the controller manager works", isManagerReady(plane.client))
}

func kubeletOf(b *bed, options Options, plane *controlPlane, bridge *sandbox.Bridge) component {
	args := []string{options.Programs.Testbed, "kubelet", "--kubeconfig", plane.kubeconfig("admin"), "--dir", filepath.Join(b.dir, "pods")}
	if bridge != nil {
		args = append(args,
			"--bridge", bridge.Name, "--network", bridge.Prefix.String(), "--links", linkPrefix(b.state.ID),
			"--api-host", plane.host, "--api-port", strconv.Itoa(plane.port),
			"--port", strconv.Itoa(kubeletPort), "--tls-cert", plane.pki.path("kubelet.crt"), "--tls-key", plane.pki.path("kubelet.key"), "--client-ca", plane.pki.path("ca.crt"),
			"--hosts-file", b.hostsFile(), "--images", options.Images, "--init", options.Programs.ContainerInit)
		for _, path := range append(options.Hidden, options.Beds) {
			args = append(args, "--hide", path)
		}
	}
	return component{name: "kubelet", args: args, restarts: true}
}

func (b *bed) hostsFile() string { return filepath.Join(b.dir, "hosts") }

// startOperator starts the KubeRay operator. It asks the dashboards of Ray heads for their jobs: on process nodes they
// are real and found by name, on fake ones something answers in their place.
func startOperator(ctx context.Context, b *bed, r *running, plane *controlPlane, hasHeads bool) error {
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	metrics, health := ports[0], ports[1]
	operator := component{
		name: "kuberay-operator",
		args: []string{
			plane.programs.RayOperator, "--kubeconfig", plane.kubeconfig("admin"), "--metrics-addr", fmt.Sprintf("127.0.0.1:%d", metrics),
			"--health-probe-bind-address", fmt.Sprintf("127.0.0.1:%d", health), "--enable-leader-election=false", "--feature-gates", "RayCronJob=true",
		},
		env:      []string{"ENABLE_WEBHOOKS=false"},
		restarts: true,
	}
	if hasHeads {
		operator.hosts = b.hostsFile()
	} else {
		proxy, err := serveFakeDashboards(ctx)
		if err != nil {
			return err
		}
		operator.env = append(operator.env, "HTTP_PROXY="+proxy, "NO_PROXY=127.0.0.1,localhost")
	}
	if err := r.start(operator); err != nil {
		return err
	}
	return r.await(ctx, "the KubeRay operator is ready", answersOK(fmt.Sprintf("http://127.0.0.1:%d/readyz", health)))
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}

// Describe says of a test bed what a user needs.
func Describe(state State) string {
	lines := []string{
		fmt.Sprintf("test bed %s with %s nodes, up since %s", state.ID, state.Nodes, state.StartedAt.Format(time.DateTime)),
		"  API server  " + state.Server,
		"  kubeconfig  " + state.Kubeconfig,
		"  logs        " + filepath.Join(state.Dir, "logs"),
	}
	if state.Network != "" {
		lines = append(lines, fmt.Sprintf("  pods        %s on bridge %s", state.Network, state.Bridge))
	}
	return strings.Join(lines, "\n")
}
