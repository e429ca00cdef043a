package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Streams are those of a command run in a container.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Exec runs a command in the namespaces of the container, as its user, and returns the exit code.
func (p *Process) Exec(ctx context.Context, args []string, streams Streams) (int, error) {
	type result struct {
		code int
		err  error
	}
	done := make(chan result, 1)
	go func() {
		runtime.LockOSThread() // the thread has joined the container, and is of no use to anything else
		code, err := p.execHere(ctx, args, streams)
		done <- result{code, err}
	}()
	ended := <-done
	return ended.code, ended.err
}

func (p *Process) execHere(ctx context.Context, args []string, streams Streams) (int, error) {
	if err := join(p.PID()); err != nil {
		return 0, fmt.Errorf("join the container: %w", err)
	}
	program, err := lookPath(args[0], p.spec.Env)
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, program, args[1:]...)
	cmd.Args[0] = args[0]
	cmd.Env, cmd.Dir = p.spec.Env, p.spec.Dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = streams.In, streams.Out, streams.Err
	groups := make([]uint32, len(p.spec.Groups))
	for i, group := range p.spec.Groups {
		groups[i] = uint32(group)
	}
	// it dies with the first process of the container, so with this process, without being told
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(p.spec.User), Gid: uint32(p.spec.Group), Groups: groups}}
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		return exitCode(exit.ProcessState), nil
	}
	return 0, err
}

func join(pid int) error {
	kinds := []struct {
		name string
		flag int
	}{{"pid", unix.CLONE_NEWPID}, {"net", unix.CLONE_NEWNET}, {"uts", unix.CLONE_NEWUTS}, {"ipc", unix.CLONE_NEWIPC}, {"mnt", unix.CLONE_NEWNS}}
	files := make([]*os.File, len(kinds))
	for i, kind := range kinds {
		file, err := os.Open(fmt.Sprintf("/proc/%d/ns/%s", pid, kind.name))
		if err != nil {
			return err
		}
		defer file.Close()
		files[i] = file
	}
	// a thread that shares its root and working directory with others can't change to other mounts
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return err
	}
	for i, kind := range kinds {
		if err := unix.Setns(int(files[i].Fd()), kind.flag); err != nil {
			return fmt.Errorf("%s namespace: %w", kind.name, err)
		}
	}
	return nil
}

// lookPath finds a program as the container would, not as this process.
func lookPath(name string, env []string) (string, error) {
	if strings.Contains(name, "/") {
		return name, nil
	}
	for _, pair := range env {
		path, isPath := strings.CutPrefix(pair, "PATH=")
		if !isPath {
			continue
		}
		for _, dir := range filepath.SplitList(path) {
			candidate := filepath.Join(dir, name)
			if info, err := os.Stat(candidate); err == nil && !info.IsDir() && info.Mode()&0o111 != 0 {
				return candidate, nil
			}
		}
	}
	return "", fmt.Errorf("%q: no such program on the container's PATH", name)
}
