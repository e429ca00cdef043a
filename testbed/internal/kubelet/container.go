package kubelet

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"geneva-constructs.dev/testbed/internal/sandbox"
)

// As in Ray's images, for containers that name neither.
const (
	defaultUser  = 1000
	defaultGroup = 100
)

// longestBackoff bounds the wait before a restart: 1, 2, 4, … seconds. A real kubelet starts with 10 and goes to 300.
const longestBackoff = 30 * time.Second

// container is one container of a pod, over all its restarts. Its fields below the blank line are the pod's to lock.
type container struct {
	pod  *processPod
	spec *corev1.Container

	state    corev1.ContainerState
	last     corev1.ContainerState
	restarts int32
	isReady  bool
	started  bool
	process  *sandbox.Process
}

func newContainer(pod *processPod, spec *corev1.Container) *container {
	waiting := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "PodInitializing"}}
	return &container{pod: pod, spec: spec, state: waiting}
}

// runToEnd runs the container until it need not run again. It says the last exit code, and whether it ran at all.
func (c *container) runToEnd(policy corev1.RestartPolicy) (code int, ran bool) {
	for backoff := time.Second; ; backoff = min(2*backoff, longestBackoff) {
		process, ok := c.start()
		if !ok {
			return code, ran
		}
		ran = true
		code = c.attend(process)
		if c.pod.ctx.Err() != nil || policy == corev1.RestartPolicyNever || (policy == corev1.RestartPolicyOnFailure && code == 0) {
			return code, ran
		}
		c.pod.recorder.Eventf(c.ref(), corev1.EventTypeWarning, "BackOff", "Back-off restarting failed container %s in pod %s", c.spec.Name, c.pod.pod.Name)
		c.pod.set(func() {
			c.last = c.state
			c.restarts++
			c.state = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff", Message: fmt.Sprintf("back-off %s restarting failed container", backoff)}}
		})
		if !c.pod.sleep(backoff) {
			return code, ran
		}
	}
}

// start pulls the image and starts the process. It returns false when the pod was stopped first.
func (c *container) start() (*sandbox.Process, bool) {
	image, ok := c.pull()
	if !ok {
		return nil, false
	}
	for {
		process, reason, err := c.tryToStart(image)
		if err == nil {
			return process, true
		}
		c.wait(reason, err.Error())
		c.pod.recorder.Eventf(c.ref(), corev1.EventTypeWarning, "Failed", "Error: %v", err)
		if !c.pod.sleep(time.Second) {
			return nil, false
		}
	}
}

func (c *container) tryToStart(image Image) (process *sandbox.Process, reason string, err error) {
	const badConfig = "CreateContainerConfigError"
	spec, err := c.sandboxSpec(image)
	if err != nil {
		return nil, badConfig, err
	}
	log, err := c.openLog()
	if err != nil {
		return nil, badConfig, err
	}
	defer log.Close()
	c.pod.recorder.Eventf(c.ref(), corev1.EventTypeNormal, "Created", "Created container: %s", c.spec.Name)
	process, err = c.pod.sandbox.Start(c.pod.kubelet.options.InitProgram, spec, log)
	if err != nil {
		return nil, "RunContainerError", err
	}
	c.pod.recorder.Eventf(c.ref(), corev1.EventTypeNormal, "Started", "Started container %s", c.spec.Name)
	c.pod.set(func() {
		c.process = process
		c.started, c.isReady = c.spec.StartupProbe == nil, c.spec.ReadinessProbe == nil && c.spec.StartupProbe == nil
		c.state = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.Now()}}
		if c.pod.initDone {
			c.pod.phase = corev1.PodRunning
		}
	})
	return process, "", nil
}

// attend looks after a running process until it ends.
func (c *container) attend(process *sandbox.Process) int {
	probing, stopProbes := context.WithCancel(c.pod.ctx)
	go c.probe(probing, process)
	if hook := c.spec.Lifecycle; hook != nil && hook.PostStart != nil {
		go c.runHook(c.pod.ctx, "PostStart", hook.PostStart, process)
	}
	if c.pod.ctx.Err() != nil { // told to stop while it started: nobody has signalled it
		process.Signal(syscall.SIGKILL)
	}
	<-process.Done()
	stopProbes()
	code := process.ExitCode()
	c.pod.set(func() {
		reason := "Completed"
		if code != 0 {
			reason = "Error"
		}
		started := metav1.Now()
		if c.state.Running != nil {
			started = c.state.Running.StartedAt
		}
		c.process, c.isReady, c.started = nil, false, false
		c.state = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: int32(code), Reason: reason, StartedAt: started, FinishedAt: metav1.Now()}}
	})
	os.RemoveAll(c.dir())
	return code
}

// terminate runs the hook before the end, and asks the process to end.
func (c *container) terminate(grace time.Duration) {
	process := c.running()
	if process == nil {
		return
	}
	c.pod.recorder.Eventf(c.ref(), corev1.EventTypeNormal, "Killing", "Stopping container %s", c.spec.Name)
	if hook := c.spec.Lifecycle; hook != nil && hook.PreStop != nil && grace > 0 {
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		c.runHook(ctx, "PreStop", hook.PreStop, process)
	}
	process.Signal(syscall.SIGTERM)
}

func (c *container) kill() {
	if process := c.running(); process != nil {
		process.Signal(syscall.SIGKILL)
	}
}

func (c *container) runHook(ctx context.Context, name string, hook *corev1.LifecycleHandler, process *sandbox.Process) {
	var problem string
	switch {
	case hook.Exec != nil:
		code, err := process.Exec(ctx, hook.Exec.Command, sandbox.Streams{Out: io.Discard, Err: io.Discard})
		if err != nil {
			problem = err.Error()
		} else if code != 0 {
			problem = fmt.Sprintf("exit code %d", code)
		}
	case hook.Sleep != nil:
		select {
		case <-time.After(time.Duration(hook.Sleep.Seconds) * time.Second):
		case <-ctx.Done():
		}
	default:
		problem = "process nodes run hooks of exec and sleep"
	}
	if problem != "" {
		c.pod.recorder.Eventf(c.ref(), corev1.EventTypeWarning, "Failed"+name+"Hook", "%sHook failed: %s", name, problem)
	}
}

func (c *container) running() *sandbox.Process {
	c.pod.mu.Lock()
	defer c.pod.mu.Unlock()
	return c.process
}

func (c *container) wait(reason, message string) {
	c.pod.set(func() {
		c.state = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
	})
}

// ref names the container in events.
func (c *container) ref() *corev1.ObjectReference {
	pod := c.pod.pod
	return &corev1.ObjectReference{
		Kind: "Pod", APIVersion: "v1", Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID,
		FieldPath: fmt.Sprintf("spec.containers{%s}", c.spec.Name),
	}
}

// dir is a folder for one run of the container.
func (c *container) dir() string { return c.pod.file(filepath.Join("containers", c.spec.Name)) }

func (c *container) logPath(restart int32) string {
	return c.pod.file(filepath.Join("logs", fmt.Sprintf("%s.%d.log", c.spec.Name, restart)))
}

func (c *container) openLog() (*os.File, error) {
	path := c.logPath(c.restarts)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
}

func (c *container) sandboxSpec(image Image) (sandbox.Spec, error) {
	user, err := c.user(image)
	if err != nil {
		return sandbox.Spec{}, err
	}
	scratch, tmp := filepath.Join(c.dir(), "root"), filepath.Join(c.dir(), "tmp")
	for _, dir := range []string{scratch, tmp} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return sandbox.Spec{}, err
		}
	}
	if err := os.Chmod(tmp, 0o777|os.ModeSticky); err != nil {
		return sandbox.Spec{}, err
	}
	variables, err := c.pod.environment(c.spec, image, user.home)
	if err != nil {
		return sandbox.Spec{}, err
	}
	args := append(expand(c.spec.Command, variables), expand(c.spec.Args, variables)...)
	if len(c.spec.Command) == 0 {
		args = append(append([]string{}, image.Command...), expand(c.spec.Args, variables)...)
	}
	if len(args) == 0 {
		return sandbox.Spec{}, fmt.Errorf("no command specified, and the image %s has none", c.spec.Image)
	}
	spec := sandbox.Spec{
		Scratch: scratch,
		Hidden:  c.pod.kubelet.options.Hidden,
		Mounts: []sandbox.Mount{
			{Source: tmp, Target: "/tmp"},
			{Source: c.pod.file("hosts"), Target: "/etc/hosts"},
			{Source: c.pod.file("resolv.conf"), Target: "/etc/resolv.conf"},
		},
		Args: args, Env: pairs(variables), Dir: c.spec.WorkingDir,
		User: user.id, Group: user.group, Groups: user.groups, Home: user.home,
		ReadOnlyRoot: user.readOnlyRoot, NoNewPrivileges: user.noNewPrivileges,
	}
	if spec.Dir == "" {
		spec.Dir = user.home
	}
	environment, err := environmentMounts(image)
	if err != nil {
		return sandbox.Spec{}, err
	}
	spec.Mounts = append(spec.Mounts, environment...)
	spec.Mounts = append(spec.Mounts, c.pod.mounts(c.spec, variables)...)
	return spec, nil
}
