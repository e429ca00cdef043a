package bed

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
)

// Seed makes an etcd folder that has the CustomResourceDefinitions of the given folders, for test beds to start from:
// serving a large definition for the first time takes the API server seconds.
func Seed(ctx context.Context, programs Programs, definitions []string, out string) error {
	b := &bed{dir: out + ".making"}
	if err := os.RemoveAll(b.dir); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	if err := b.makeFolders(); err != nil {
		return err
	}
	r := newRunning(b)
	defer r.stop()
	plane, err := newControlPlane(b, programs, "127.0.0.1", 0, "")
	if err != nil {
		return err
	}
	if err := plane.startServer(ctx, r); err != nil {
		return err
	}
	if err := r.applyDefinitions(ctx, plane.config, definitions); err != nil {
		return err
	}
	if err := r.endLast("etcd"); err != nil {
		return err
	}
	return os.Rename(filepath.Join(b.dir, "etcd"), out)
}

// endLast asks a component to end, and waits for it: what it has is to be kept. The others are of no use without it.
func (r *running) endLast(name string) error {
	r.mu.Lock()
	r.isOver = true
	pid, ended := r.pids[name], r.ended[name]
	r.mu.Unlock()
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		return err
	}
	<-ended
	return nil
}
