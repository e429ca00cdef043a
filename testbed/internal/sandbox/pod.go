package sandbox

import (
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

// Pod holds the namespaces that the containers of a pod share: network, IPC, host name, and the mounts they start from.
//
// They belong to one thread of this process. Nothing else keeps them: they go when the pod is closed and its containers
// have ended, or when this process dies, so that a crash leaves none behind.
type Pod struct {
	tasks chan task
}

type task struct {
	do   func() error
	done chan error
}

var errClosed = errors.New("the pod's sandbox is closed")

// NewPod makes the namespaces.
func NewPod(hostname string) (*Pod, error) {
	pod := &Pod{tasks: make(chan task)}
	made := make(chan error)
	go pod.serve(hostname, made)
	return pod, <-made
}

func (p *Pod) serve(hostname string, made chan<- error) {
	runtime.LockOSThread() // and never unlocked: the thread ends with this goroutine, and with it its hold on the namespaces
	err := enter(hostname)
	made <- err
	if err != nil {
		return
	}
	for task := range p.tasks {
		task.done <- task.do()
	}
}

func enter(hostname string) error {
	if err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS); err != nil {
		return fmt.Errorf("make namespaces: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	return unix.Sethostname([]byte(hostname))
}

// Do runs a function in the pod's namespaces. The function must not start goroutines that need them.
func (p *Pod) Do(do func() error) (err error) {
	defer func() {
		if recover() != nil { // sent on a closed channel
			err = errClosed
		}
	}()
	done := make(chan error, 1)
	p.tasks <- task{do, done}
	return <-done
}

// Close gives the namespaces up. Containers that started with Start are killed.
func (p *Pod) Close() {
	close(p.tasks)
}

// MountTmpfs gives the pod a memory-backed folder; outside of the pod it stays an empty one.
func (p *Pod) MountTmpfs(path string, sizeBytes int64) error {
	return p.Do(func() error {
		options := "mode=1777"
		if sizeBytes > 0 {
			options += fmt.Sprintf(",size=%d", sizeBytes)
		}
		return unix.Mount("tmpfs", path, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, options)
	})
}
