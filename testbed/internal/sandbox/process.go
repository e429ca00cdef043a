package sandbox

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// Process is a container that has been started.
type Process struct {
	cmd  *exec.Cmd
	spec Spec
	done chan struct{}
	code int
}

// Start runs a container in the pod. What it prints goes to output.
func (p *Pod) Start(initProgram string, spec Spec, output *os.File) (*Process, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	defer writer.Close()
	cmd := exec.Command(initProgram)
	cmd.Stdout, cmd.Stderr = output, output
	cmd.ExtraFiles = []*os.File{reader}
	cmd.Env = []string{}
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWPID, Pdeathsig: unix.SIGKILL, Setsid: true}
	if err := p.Do(cmd.Start); err != nil {
		return nil, fmt.Errorf("start the container: %w", err)
	}
	process := &Process{cmd: cmd, spec: spec, done: make(chan struct{})}
	spec.Parent = os.Getpid()
	reader.Close() // an init that dies early must not leave us waiting for a reader
	if err := json.NewEncoder(writer).Encode(spec); err != nil {
		cmd.Process.Kill()
	}
	go process.wait()
	return process, nil
}

func (p *Process) wait() {
	p.cmd.Wait()
	p.code = exitCode(p.cmd.ProcessState)
	close(p.done)
}

// exitCode is that of a shell: 128 and the signal for what a signal ended.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// ExitCode is the code of a process that has ended.
func (p *Process) ExitCode() int { return p.code }

// PID is that of the first process, as the machine sees it.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Signal sends a signal to the first process. The kernel drops one that the first process of a PID namespace has no handler for, but KILL.
func (p *Process) Signal(signal syscall.Signal) {
	p.cmd.Process.Signal(signal)
}
