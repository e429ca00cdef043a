package bed

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// component is a program of the test bed. It dies with this process, however that ends.
type component struct {
	name string
	args []string
	env  []string
	// hosts is a hosts file that the program sees as /etc/hosts.
	hosts string
	// restarts says that a death is no end of the test bed: in a cluster, somebody starts the program again.
	restarts bool
}

// running are the components of a test bed.
type running struct {
	bed    *bed
	mu     sync.Mutex
	pids   map[string]int
	ended  map[string]chan struct{}
	isOver bool
	// failed tells of a component that died and must not have.
	failed chan error
}

func newRunning(bed *bed) *running {
	return &running{bed: bed, pids: map[string]int{}, ended: map[string]chan struct{}{}, failed: make(chan error, 8)}
}

// start runs a component, with a log file of its own.
func (r *running) start(c component) error {
	cmd, err := r.spawn(c)
	if err != nil {
		return fmt.Errorf("start %s: %w", c.name, err)
	}
	ended := make(chan struct{})
	r.mu.Lock()
	r.ended[c.name] = ended
	r.mu.Unlock()
	go func() {
		defer close(ended)
		for {
			err := cmd.wait()
			if r.over() {
				return
			}
			if !c.restarts {
				r.failed <- fmt.Errorf("%s died (%v); the end of %s:\n%s", c.name, err, r.bed.logPath(c.name), lastLines(r.bed.logPath(c.name)))
				return
			}
			time.Sleep(time.Second)
			if cmd, err = r.spawn(c); err != nil {
				r.failed <- fmt.Errorf("start %s again: %w", c.name, err)
				return
			}
		}
	}()
	return nil
}

func (r *running) over() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.isOver
}

// child is a process with the thread that it was made by.
type child struct {
	result chan error
}

func (c child) wait() error { return <-c.result }

func (r *running) spawn(c component) (child, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isOver {
		return child{}, fmt.Errorf("the test bed is stopping")
	}
	log, err := os.OpenFile(r.bed.logPath(c.name), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return child{}, err
	}
	defer log.Close()
	args := c.args
	attributes := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true} // a Ctrl-C is for us; we end them in order
	if c.hosts != "" {
		self, err := os.Executable()
		if err != nil {
			return child{}, err
		}
		args = append([]string{self, "with-hosts", c.hosts}, args...)
		attributes.Unshareflags = syscall.CLONE_NEWNS
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = r.bed.dir, log, log, attributes
	cmd.Env = append(os.Environ(), c.env...)
	result, started := make(chan error, 1), make(chan error)
	go func() {
		runtime.LockOSThread() // the kernel ends the child with the thread that made it, not with the process
		err := cmd.Start()
		started <- err
		if err == nil {
			result <- cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return child{}, err
	}
	r.pids[c.name] = cmd.Process.Pid
	return child{result}, r.bed.save(r.pids)
}

// stop ends all components. Nothing that they hold is kept, so none is asked; the kubelet's pods go with it.
func (r *running) stop() {
	r.mu.Lock()
	r.isOver = true
	for _, pid := range r.pids {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	all := make([]chan struct{}, 0, len(r.ended))
	for _, ended := range r.ended {
		all = append(all, ended)
	}
	r.mu.Unlock()
	for _, ended := range all {
		<-ended
	}
}

func lastLines(path string) string {
	const most = 20
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-most):], []byte("\n")))
}

func (b *bed) logPath(name string) string { return filepath.Join(b.dir, "logs", name+".log") }
