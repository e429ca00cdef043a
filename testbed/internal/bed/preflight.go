package bed

import (
	"fmt"
	"os"
	"os/exec"

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
