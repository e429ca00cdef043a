package bed

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"

	"geneva-constructs.dev/testbed/internal/sandbox"
)

// Clean removes what test beds left that died without stopping: a bridge and a folder each. Their processes, namespaces
// and mounts died with them. It returns the folders that it removed.
func Clean(beds string) ([]string, error) {
	held, err := lockAll(beds)
	if err != nil {
		return nil, err
	}
	defer held.Close()
	return clean(beds)
}

func clean(beds string) ([]string, error) {
	_, dead, err := survey(beds)
	if err != nil {
		return nil, err
	}
	for _, dir := range dead {
		if err := remove(dir); err != nil {
			return nil, fmt.Errorf("remove what the test bed in %s left: %w", dir, err)
		}
	}
	return dead, nil
}

func remove(dir string) error {
	if err := (sandbox.Bridge{Name: bridgeName(filepath.Base(dir))}).Delete(); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

// bridgeName is at most 15 characters, as the kernel wants.
func bridgeName(id string) string { return "gtb-" + id }

// linkPrefix begins the names of the links of pods; 5 digits and a dash follow.
func linkPrefix(id string) string { return "v" + id }

// freeNetwork returns a network of 254 addresses that no interface of the machine is in.
func freeNetwork(used []netip.Addr) (netip.Prefix, error) {
	for n := range 256 {
		prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 77, byte(n), 0}), 24)
		isFree := true
		for _, address := range used {
			isFree = isFree && !prefix.Contains(address)
		}
		if isFree {
			return prefix, nil
		}
	}
	return netip.Prefix{}, fmt.Errorf("each network in 10.77.0.0/16 has an interface of this machine in it")
}
