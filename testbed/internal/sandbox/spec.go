// Package sandbox runs the containers of a pod as processes in namespaces of their own, without images:
// the root file system is an overlay over that of the machine.
package sandbox

// SpecFD is the file descriptor on which container-init finds its Spec.
const SpecFD = 3

// Mount puts Source, a path of the machine, at Target, a path of the container.
type Mount struct {
	Source   string
	Target   string
	ReadOnly bool
	// Without are names in Source that Target lacks; it is read-only then.
	Without []string
}

// Spec is what container-init makes a container from.
type Spec struct {
	// Scratch is an empty folder of the machine; what the container writes to its root goes to a tmpfs mounted there.
	Scratch string
	// Hidden are paths of the machine that look empty in the container.
	Hidden []string
	// Mounts are made in this order, after Hidden.
	Mounts []Mount
	Args   []string
	Env    []string
	Dir    string
	// User is the user and Group the primary group of the process; Home is the user's folder, made when missing.
	User, Group int
	Groups      []int
	Home        string
	// ReadOnlyRoot and NoNewPrivileges are those of the security context.
	ReadOnlyRoot    bool
	NoNewPrivileges bool
	// Parent is the process with which the container ends; Start knows it.
	Parent int
}
