package kubelet

import (
	"fmt"
)

// user is who a container runs as, from the security contexts of container and pod.
type user struct {
	id, group       int
	groups          []int
	home            string
	readOnlyRoot    bool
	noNewPrivileges bool
}

func (c *container) user(image Image) (user, error) {
	who := user{id: defaultUser, group: defaultGroup, home: "/home/ray", groups: []int{}}
	if image.User != nil {
		who.id = *image.User
	}
	isNonRoot := false
	if pod := c.pod.pod.Spec.SecurityContext; pod != nil {
		set(&who.id, pod.RunAsUser)
		set(&who.group, pod.RunAsGroup)
		isNonRoot = isTrue(pod.RunAsNonRoot)
		for _, group := range pod.SupplementalGroups {
			who.groups = append(who.groups, int(group))
		}
		if pod.FSGroup != nil {
			who.groups = append(who.groups, int(*pod.FSGroup))
		}
	}
	if own := c.spec.SecurityContext; own != nil {
		set(&who.id, own.RunAsUser)
		set(&who.group, own.RunAsGroup)
		if own.RunAsNonRoot != nil {
			isNonRoot = *own.RunAsNonRoot
		}
		who.readOnlyRoot = isTrue(own.ReadOnlyRootFilesystem)
		who.noNewPrivileges = own.AllowPrivilegeEscalation != nil && !*own.AllowPrivilegeEscalation
	}
	if who.id == 0 {
		who.home = "/root"
		if isNonRoot {
			return user{}, fmt.Errorf("container has runAsNonRoot and image will run as root (pod: %q, container: %s)", c.pod.pod.Name, c.spec.Name)
		}
	}
	return who, nil
}

func set(target *int, value *int64) {
	if value != nil {
		*target = int(*value)
	}
}
