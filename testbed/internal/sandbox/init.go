package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// machineRoot is where the machine's root is seen while the container's is made.
const machineRoot = "/.machine"

// scratchSize bounds what a container may write outside its volumes.
const scratchSize = "size=1g"

// Init makes the root of the container and becomes its command. It returns only when that fails.
func Init() error {
	runtime.LockOSThread()
	var spec Spec
	file := os.NewFile(SpecFD, "spec")
	if err := json.NewDecoder(file).Decode(&spec); err != nil {
		return fmt.Errorf("read the container's spec: %w", err)
	}
	file.Close()
	// of the machine's /proc, which is out of sight when it is asked
	stat, err := os.Open("/proc/self/stat")
	if err != nil {
		return err
	}
	dieWithParent := func(spec Spec) error { return dieWithParent(spec, stat) }
	steps := []struct {
		name string
		do   func(Spec) error
	}{
		{"make the root", makeRoot},
		{"mount the kernel's file systems", mountKernel},
		{"hide paths of the machine", hide},
		{"mount the volumes", mountVolumes},
		{"make the user", makeUser},
		{"leave the machine's root", leaveMachine},
		{"become the user", becomeUser},
		{"end with the kubelet", dieWithParent},
	}
	for _, step := range steps {
		if err := step.do(spec); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return execCommand(spec)
}

func makeRoot(spec Spec) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	// the upper layer may not lie on a file system below which the lower one is looked up: a tmpfs is always another
	if err := unix.Mount("tmpfs", spec.Scratch, "tmpfs", 0, scratchSize+",mode=755"); err != nil {
		return err
	}
	upper, work, root := spec.Scratch+"/upper", spec.Scratch+"/work", spec.Scratch+"/root"
	for _, dir := range []string{upper, work, root} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	layers := fmt.Sprintf("lowerdir=/,upperdir=%s,workdir=%s", upper, work)
	if err := unix.Mount("overlay", root, "overlay", 0, layers); err != nil {
		return fmt.Errorf("overlay over the machine's root (%s): %w", layers, err)
	}
	if err := os.MkdirAll(root+machineRoot, 0o755); err != nil {
		return err
	}
	if err := unix.PivotRoot(root, root+machineRoot); err != nil {
		return err
	}
	return os.Chdir("/")
}

func mountKernel(Spec) error {
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return err
	}
	for _, path := range []string{"/dev", "/sys"} {
		if err := unix.Mount(machineRoot+path, path, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return err
		}
	}
	return unix.Mount("tmpfs", "/run", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755")
}

func hide(spec Spec) error {
	for _, path := range spec.Hidden {
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			continue
		}
		if err := unix.Mount("tmpfs", path, "tmpfs", 0, "mode=755"); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func mountVolumes(spec Spec) error {
	for _, mount := range spec.Mounts {
		source := filepath.Join(machineRoot, mount.Source)
		info, err := os.Stat(source)
		if err != nil {
			return err
		}
		if err := makeMountPoint(mount.Target, info.IsDir()); err != nil {
			return err
		}
		if len(mount.Without) > 0 {
			if err := mountWithout(spec, source, mount); err != nil {
				return fmt.Errorf("%s without %v: %w", mount.Source, mount.Without, err)
			}
			continue
		}
		if err := unix.Mount(source, mount.Target, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("%s at %s: %w", mount.Source, mount.Target, err)
		}
		if mount.ReadOnly {
			if err := unix.Mount("", mount.Target, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
				return fmt.Errorf("%s read-only: %w", mount.Target, err)
			}
		}
	}
	return nil
}

// mountWithout puts a layer over the folder that has nothing but the traces of what was removed. Something empty in its
// place would not do: Python imports an empty folder.
func mountWithout(spec Spec, source string, mount Mount) error {
	layer, err := os.MkdirTemp(filepath.Join(machineRoot, spec.Scratch), "without-")
	if err != nil {
		return err
	}
	if err := os.Chmod(layer, 0o755); err != nil { // it becomes the mode of the folder
		return err
	}
	for _, name := range mount.Without {
		if err := unix.Mknod(filepath.Join(layer, name), unix.S_IFCHR, 0); err != nil {
			return err
		}
	}
	return unix.Mount("overlay", mount.Target, "overlay", unix.MS_RDONLY, fmt.Sprintf("lowerdir=%s:%s", layer, source))
}

func makeMountPoint(path string, isDirectory bool) error {
	if isDirectory {
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
		return openWay(path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	return file.Close()
}

// openWay lets every user pass the folders above a mount: an environment may lie in the home of root.
func openWay(path string) error {
	for path = filepath.Dir(path); path != "/"; path = filepath.Dir(path) {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if mode := info.Mode(); mode.Perm()&0o011 != 0o011 {
			if err := os.Chmod(path, mode|0o011); err != nil {
				return err
			}
		}
	}
	return nil
}

func makeUser(spec Spec) error {
	if err := os.MkdirAll(spec.Home, 0o755); err != nil {
		return err
	}
	if err := os.Chown(spec.Home, spec.User, spec.Group); err != nil {
		return err
	}
	users, err := os.ReadFile("/etc/passwd")
	if err != nil {
		return err
	}
	for _, line := range strings.Split(string(users), "\n") {
		if fields := strings.Split(line, ":"); len(fields) > 2 && fields[2] == strconv.Itoa(spec.User) {
			return nil
		}
	}
	entry := fmt.Sprintf("ray:x:%d:%d::%s:/bin/bash\n", spec.User, spec.Group, spec.Home)
	return os.WriteFile("/etc/passwd", append(users, entry...), 0o644)
}

func leaveMachine(spec Spec) error {
	if err := unix.Unmount(machineRoot, unix.MNT_DETACH); err != nil {
		return err
	}
	if err := os.Remove(machineRoot); err != nil {
		return err
	}
	if !spec.ReadOnlyRoot {
		return nil
	}
	return unix.Mount("", "/", "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, "")
}

func becomeUser(spec Spec) error {
	if err := os.Chdir(spec.Dir); err != nil {
		return err
	}
	if spec.NoNewPrivileges {
		if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
			return err
		}
	}
	if err := unix.Setgroups(spec.Groups); err != nil {
		return err
	}
	if err := unix.Setresgid(spec.Group, spec.Group, spec.Group); err != nil {
		return err
	}
	return unix.Setresuid(spec.User, spec.User, spec.User)
}

// dieWithParent asks for it anew, because a change of user forgets it, and looks whether the parent died in between.
// getppid is of no use for that: from in here, it is 0 whoever the parent is.
func dieWithParent(spec Spec, stat *os.File) error {
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return err
	}
	parent, err := parentIn(stat)
	if err != nil {
		return err
	}
	if parent != spec.Parent {
		return fmt.Errorf("process %d, which started the container, is dead", spec.Parent)
	}
	return nil
}

// parentIn reads the parent from a process's stat file: the second field after the name, which may hold anything.
func parentIn(stat *os.File) (int, error) {
	content, err := io.ReadAll(io.NewSectionReader(stat, 0, 4096))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(content[bytes.LastIndexByte(content, ')')+1:]))
	if len(fields) < 2 {
		return 0, fmt.Errorf("not the stat of a process: %q", content)
	}
	return strconv.Atoi(fields[1])
}

func execCommand(spec Spec) error {
	os.Clearenv()
	for _, pair := range spec.Env {
		name, value, _ := strings.Cut(pair, "=")
		os.Setenv(name, value)
	}
	program, err := exec.LookPath(spec.Args[0])
	if err != nil {
		return err
	}
	return unix.Exec(program, spec.Args, spec.Env)
}
