package bed

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Programs are the files of the programs that a test bed is made of.
type Programs struct {
	ControlPlane  string
	RayOperator   string
	ContainerInit string
	Testbed       string
}

// ProgramsIn returns the programs in a folder, as `go build` leaves them.
func ProgramsIn(dir string) Programs {
	return Programs{
		ControlPlane:  filepath.Join(dir, "control-plane"),
		RayOperator:   filepath.Join(dir, "ray-operator"),
		ContainerInit: filepath.Join(dir, "container-init"),
		Testbed:       filepath.Join(dir, "testbed"),
	}
}

// controllers are those that our stacks and KubeRay need; each of the others would only cost time.
const controllers = "garbage-collector-controller,namespace-controller,serviceaccount-controller,serviceaccount-token-controller," +
	"job-controller,cronjob-controller,deployment-controller,replicaset-controller,daemonset-controller,endpoints-controller,endpointslice-controller," +
	"resourcequota-controller,disruption-controller,root-ca-certificate-publisher-controller,pod-garbage-collector-controller," +
	"ttl-after-finished-controller,clusterrole-aggregation-controller"

// controlPlane is etcd, API server, controller manager and scheduler.
type controlPlane struct {
	bed      *bed
	programs Programs
	pki      *pki
	host     string
	port     int
	config   *rest.Config
	client   kubernetes.Interface
}

// newControlPlane makes certificates, tokens and kubeconfigs. Port 0: any that is free.
func newControlPlane(b *bed, programs Programs, host string, port int, kubeletHost string) (*controlPlane, error) {
	keys, err := newPKI(filepath.Join(b.dir, "pki"))
	if err != nil {
		return nil, err
	}
	if port == 0 {
		ports, err := freePorts(1)
		if err != nil {
			return nil, err
		}
		port = ports[0]
	}
	p := &controlPlane{bed: b, programs: programs, pki: keys, host: host, port: port}
	if err := keys.server("kube-apiserver", host, "127.0.0.1", "10.96.0.1", "localhost", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"); err != nil {
		return nil, err
	}
	if err := keys.client("kube-apiserver-kubelet-client"); err != nil {
		return nil, err
	}
	if kubeletHost != "" {
		if err := keys.server("kubelet", kubeletHost); err != nil {
			return nil, err
		}
	}
	if err := keys.signingKey("service-accounts"); err != nil {
		return nil, err
	}
	if err := p.writeTokens(); err != nil {
		return nil, err
	}
	if p.config, err = restConfig(p.kubeconfig("admin")); err != nil {
		return nil, err
	}
	p.client, err = kubernetes.NewForConfig(p.config)
	return p, err
}

func (p *controlPlane) server() string {
	return "https://" + net.JoinHostPort(p.host, strconv.Itoa(p.port))
}

func (p *controlPlane) kubeconfig(user string) string { return p.pki.path(user + ".kubeconfig") }

func (p *controlPlane) writeTokens() error {
	users := []struct{ name, user, groups string }{
		{"admin", "admin", "system:masters"},
		{"kube-controller-manager", "system:kube-controller-manager", ""},
		{"kube-scheduler", "system:kube-scheduler", ""},
	}
	var table string
	for _, user := range users {
		token, err := newToken()
		if err != nil {
			return err
		}
		table += fmt.Sprintf("%s,%s,%s,%q\n", token, user.user, user.name, user.groups)
		if err := writeKubeconfig(p.kubeconfig(user.name), p.server(), p.pki.path("ca.crt"), token); err != nil {
			return err
		}
	}
	return os.WriteFile(p.pki.path("tokens.csv"), []byte(table), 0o600)
}

// startServer starts etcd and the API server, and waits for it.
func (p *controlPlane) startServer(ctx context.Context, r *running) error {
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	clients, peers := ports[0], ports[1]
	clientURL, peerURL := fmt.Sprintf("http://127.0.0.1:%d", clients), fmt.Sprintf("http://127.0.0.1:%d", peers)
	data := filepath.Join(p.bed.dir, "etcd")
	etcd := []string{
		p.programs.ControlPlane, "etcd", "--data-dir", data, "--log-level", "warn", "--unsafe-no-fsync",
		"--listen-client-urls", clientURL, "--advertise-client-urls", clientURL,
		"--listen-peer-urls", peerURL, "--initial-advertise-peer-urls", peerURL, "--initial-cluster", "default=" + peerURL,
	}
	if _, err := os.Stat(filepath.Join(data, "member")); err == nil {
		etcd = append(etcd, "--force-new-cluster") // a copy has the peer address of where it was made
	}
	if err := r.start(component{name: "etcd", args: etcd}); err != nil {
		return err
	}
	server := []string{
		p.programs.ControlPlane, "kube-apiserver", "--etcd-servers", clientURL,
		"--bind-address", p.host, "--advertise-address", p.host, "--secure-port", strconv.Itoa(p.port),
		"--tls-cert-file", p.pki.path("kube-apiserver.crt"), "--tls-private-key-file", p.pki.path("kube-apiserver.key"),
		"--token-auth-file", p.pki.path("tokens.csv"),
		"--service-account-key-file", p.pki.path("service-accounts.pub"), "--service-account-signing-key-file", p.pki.path("service-accounts.key"),
		"--service-account-issuer", "https://kubernetes.default.svc", "--service-cluster-ip-range", "10.96.0.0/16",
		"--kubelet-client-certificate", p.pki.path("kube-apiserver-kubelet-client.crt"), "--kubelet-client-key", p.pki.path("kube-apiserver-kubelet-client.key"),
		"--kubelet-certificate-authority", p.pki.path("ca.crt"),
		"--authorization-mode", "Node,RBAC", "--allow-privileged", "--endpoint-reconciler-type", "none",
		"--disable-admission-plugins", "TaintNodesByCondition", // it taints a new node as not ready, and nobody here takes that off
		"--enable-priority-and-fairness=false",
	}
	if err := r.start(component{name: "kube-apiserver", args: server}); err != nil {
		return err
	}
	return r.await(ctx, "the API server is ready", isServerReady(p.client))
}

// startControllers starts the controller manager and the scheduler. The kinds that it is to collect garbage of must be
// served before: it looks for new ones every 30 seconds only.
func (p *controlPlane) startControllers(r *running) error {
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	manager, scheduler := ports[0], ports[1]
	common := func(name string, port int) []string {
		return []string{p.programs.ControlPlane, name, "--kubeconfig", p.kubeconfig(name), "--bind-address", "127.0.0.1", "--secure-port", strconv.Itoa(port),
			"--leader-elect=false", "--authentication-skip-lookup"}
	}
	if err := r.start(component{name: "kube-controller-manager", args: append(common("kube-controller-manager", manager),
		"--use-service-account-credentials=true", "--service-account-private-key-file", p.pki.path("service-accounts.key"),
		"--root-ca-file", p.pki.path("ca.crt"), "--controllers", controllers)}); err != nil {
		return err
	}
	return r.start(component{name: "kube-scheduler", args: common("kube-scheduler", scheduler)})
}

// freePorts returns ports of the loopback address that nothing listens on, each another.
func freePorts(count int) ([]int, error) {
	ports := make([]int, count)
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close() // when all are known
		ports[i] = listener.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}
