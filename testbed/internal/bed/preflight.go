package bed

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"geneva-constructs.dev/testbed/internal/sandbox"
)

// checkMachine says what process nodes need and this machine or user does not have.
func checkMachine() error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("process nodes make network namespaces and mounts, which needs root; this is user %d.\n  Fix: run it as root, or use --nodes fake, which needs no rights", os.Geteuid())
	}
	if _, err := exec.LookPath("ip"); err != nil {
		return fmt.Errorf("process nodes need the program \"ip\" on the PATH.\n  Fix: install iproute2, or use --nodes fake")
	}
	probe, err := sandbox.NewPod("probe")
	if err != nil {
		return fmt.Errorf("process nodes need to make namespaces, and the kernel refuses: %w.\n  Fix: run where root has CAP_SYS_ADMIN and CAP_NET_ADMIN (a container needs --privileged), or use --nodes fake", err)
	}
	probe.Close()
	return nil
}

// etcd makes its log in segments of 64 MB, one ahead; the rest is its data, and what the components print.
const room = 192 << 20

// checkRoom says when the disk of a folder has no room for a test bed: etcd would end in the middle.
func checkRoom(folder string) error {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return err
	}
	if free := disk.Bavail * uint64(disk.Bsize); free < room {
		return fmt.Errorf("%s has %d MB free, and a test bed takes up to %d MB.\n  Fix: make room there, or name a folder on another disk with XDG_CACHE_HOME", folder, free>>20, room>>20)
	}
	return nil
}
