package kubelet

import (
	"bytes"
	"context"
	"fmt"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/probe"
	httpprobe "k8s.io/kubernetes/pkg/probe/http"
	tcpprobe "k8s.io/kubernetes/pkg/probe/tcp"

	"geneva-constructs.dev/testbed/internal/sandbox"
)

// probe runs the probes of a container until the context ends: the startup probe first, then the others side by side.
func (c *container) probe(ctx context.Context, process *sandbox.Process) {
	if c.spec.StartupProbe != nil {
		passed := false
		c.repeat(ctx, process, "Startup", c.spec.StartupProbe, func(ok bool) bool {
			passed = ok
			if !ok {
				c.killUnhealthy(process, "startup")
			}
			return false
		})
		if !passed {
			return
		}
		c.pod.set(func() { c.started, c.isReady = true, c.spec.ReadinessProbe == nil })
	}
	if c.spec.LivenessProbe != nil {
		go c.repeat(ctx, process, "Liveness", c.spec.LivenessProbe, func(ok bool) bool {
			if !ok {
				c.killUnhealthy(process, "liveness")
			}
			return ok
		})
	}
	if c.spec.ReadinessProbe != nil {
		c.repeat(ctx, process, "Readiness", c.spec.ReadinessProbe, func(ok bool) bool {
			c.pod.set(func() { c.isReady = ok && c.process == process })
			return true
		})
	}
}

// repeat probes, and decides each time a threshold is reached. It ends when decide says so.
func (c *container) repeat(ctx context.Context, process *sandbox.Process, kind string, spec *corev1.Probe, decide func(ok bool) bool) {
	wait := time.Duration(spec.InitialDelaySeconds) * time.Second
	var passes, failures int32
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = time.Duration(max(spec.PeriodSeconds, 1)) * time.Second
		ok, message := c.probeOnce(ctx, process, spec)
		if ctx.Err() != nil {
			return
		}
		if ok {
			passes, failures = passes+1, 0
		} else {
			passes, failures = 0, failures+1
			c.pod.recorder.Eventf(c.ref(), corev1.EventTypeWarning, "Unhealthy", "%s probe failed: %s", kind, message)
		}
		if (ok && passes >= max(spec.SuccessThreshold, 1)) || (!ok && failures >= max(spec.FailureThreshold, 1)) {
			if !decide(ok) {
				return
			}
		}
	}
}

func (c *container) probeOnce(ctx context.Context, process *sandbox.Process, spec *corev1.Probe) (bool, string) {
	timeout := time.Duration(max(spec.TimeoutSeconds, 1)) * time.Second
	address := c.pod.address.String()
	var result probe.Result
	var message string
	var err error
	switch {
	case spec.Exec != nil:
		return c.probeExec(ctx, process, spec.Exec.Command, timeout)
	case spec.HTTPGet != nil:
		request, requestErr := httpprobe.NewRequestForHTTPGetAction(spec.HTTPGet, c.spec, address, "probe")
		if requestErr != nil {
			return false, requestErr.Error()
		}
		result, message, err = httpprobe.New(false).Probe(request, timeout)
	case spec.TCPSocket != nil:
		port, portErr := probe.ResolveContainerPort(spec.TCPSocket.Port, c.spec)
		if portErr != nil {
			return false, portErr.Error()
		}
		result, message, err = tcpprobe.New().Probe(address, port, timeout)
	default:
		return false, "process nodes probe with exec, httpGet and tcpSocket"
	}
	if err != nil {
		return false, err.Error()
	}
	return result == probe.Success || result == probe.Warning, message
}

func (c *container) probeExec(ctx context.Context, process *sandbox.Process, command []string, timeout time.Duration) (bool, string) {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var said bytes.Buffer
	code, err := process.Exec(limited, command, sandbox.Streams{Out: &said, Err: &said})
	switch {
	case limited.Err() != nil:
		return false, fmt.Sprintf("command timed out after %s", timeout)
	case err != nil:
		return false, err.Error()
	}
	return code == 0, said.String()
}

func (c *container) killUnhealthy(process *sandbox.Process, kind string) {
	c.pod.recorder.Eventf(c.ref(), corev1.EventTypeNormal, "Killing", "Container %s failed %s probe, will be restarted", c.spec.Name, kind)
	process.Signal(syscall.SIGKILL)
}
