package kubelet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/types"
	clientremotecommand "k8s.io/client-go/tools/remotecommand"
	"k8s.io/kubelet/pkg/cri/streaming/portforward"
	"k8s.io/kubelet/pkg/cri/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"

	"geneva-constructs.dev/testbed/internal/sandbox"
)

// Times of a real kubelet.
const (
	streamIdle     = 4 * time.Hour
	streamCreation = 30 * time.Second
)

// execProtocols lack v5: over SPDY, it is for WebSockets only.
var execProtocols = []string{"v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"}

// serveStreams answers exec, port-forward and logs, for whoever has a certificate that the TLS settings ask for.
func (k *Kubelet) serveStreams(ctx context.Context) error {
	if k.options.Bridge == nil {
		return nil
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/exec/{namespace}/{pod}/{container}", k.serveExec)
	mux.HandleFunc("/portForward/{namespace}/{pod}", k.servePortForward)
	mux.HandleFunc("/containerLogs/{namespace}/{pod}/{container}", k.serveLogs)
	address := fmt.Sprintf("%s:%d", k.options.Bridge.Address(), k.options.Port)
	server := &http.Server{Addr: address, Handler: mux, TLSConfig: k.options.TLS}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("listen for the API server: %w", err)
	}
	go func() {
		if err := server.ServeTLS(listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "kubelet's server:", err)
		}
	}()
	context.AfterFunc(ctx, func() { server.Close() })
	return nil
}

// stream is the runtime of one request.
type stream struct{ pod *processPod }

func (k *Kubelet) serveExec(w http.ResponseWriter, r *http.Request) {
	pod, ok := k.podOf(w, r)
	if !ok {
		return
	}
	options, err := remotecommand.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	remotecommand.ServeExec(w, r, stream{pod}, pod.pod.Name, pod.pod.UID, r.PathValue("container"), r.URL.Query()["command"], options, streamIdle, streamCreation, execProtocols)
}

// ExecInContainer implements remotecommand.Executor. There are no terminals here: with tty, output comes on one stream.
func (s stream) ExecInContainer(ctx context.Context, _ string, _ types.UID, name string, command []string, in io.Reader, out, errout io.WriteCloser, _ bool, _ <-chan clientremotecommand.TerminalSize, _ time.Duration) error {
	container, err := s.pod.container(name)
	if err != nil {
		return err
	}
	process := container.running()
	if process == nil {
		return fmt.Errorf("container %s does not run", name)
	}
	streams := sandbox.Streams{In: in, Out: out, Err: out}
	if errout != nil {
		streams.Err = errout
	}
	code, err := process.Exec(ctx, command, streams)
	if err == nil && code != 0 {
		return utilexec.CodeExitError{Err: fmt.Errorf("command terminated with exit code %d", code), Code: code}
	}
	return err
}

func (k *Kubelet) servePortForward(w http.ResponseWriter, r *http.Request) {
	pod, ok := k.podOf(w, r)
	if !ok {
		return
	}
	options, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	portforward.ServePortForward(w, r, stream{pod}, pod.pod.Name, pod.pod.UID, options, streamIdle, streamCreation, portforward.SupportedProtocols)
}

// PortForward implements portforward.PortForwarder.
func (s stream) PortForward(ctx context.Context, _ string, _ types.UID, port int32, client io.ReadWriteCloser) error {
	defer client.Close()
	if s.pod.sandbox == nil {
		return errors.New("the pod has no network yet")
	}
	server, err := s.pod.sandbox.Dial(ctx, port)
	if err != nil {
		return err
	}
	defer server.Close()
	sent, received := make(chan struct{}), make(chan struct{})
	go func() {
		io.Copy(server, client)
		server.(*net.TCPConn).CloseWrite()
		close(sent)
	}()
	go func() {
		io.Copy(client, server)
		close(received)
	}()
	<-received // what the server has to say is said; a client that says nothing keeps nothing open
	return nil
}

func (k *Kubelet) podOf(w http.ResponseWriter, r *http.Request) (*processPod, bool) {
	pod, err := k.find(r.PathValue("namespace"), r.PathValue("pod"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
	}
	return pod, err == nil
}
