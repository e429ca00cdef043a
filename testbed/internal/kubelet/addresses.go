package kubelet

import (
	"errors"
	"net/netip"
	"sync"
)

// addresses hands out the addresses of a network, each to one pod at a time. The first is the bridge's.
type addresses struct {
	mu     sync.Mutex
	prefix netip.Prefix
	last   netip.Addr
	used   map[netip.Addr]bool
}

func newAddresses(prefix netip.Prefix) *addresses {
	return &addresses{prefix: prefix, last: prefix.Masked().Addr().Next(), used: map[netip.Addr]bool{}}
}

// take returns the address that has been free for longest: a link that is just going may still have the others.
func (a *addresses) take() (netip.Addr, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	first := a.prefix.Masked().Addr().Next().Next()
	candidate := a.last
	for range 1 << (a.prefix.Addr().BitLen() - a.prefix.Bits()) {
		candidate = candidate.Next()
		if !a.prefix.Contains(candidate) || !a.prefix.Contains(candidate.Next()) { // the last is for broadcasts
			candidate = first
		}
		if !a.used[candidate] {
			a.used[candidate] = true
			a.last = candidate
			return candidate, nil
		}
	}
	return netip.Addr{}, errors.New("all addresses of the network " + a.prefix.String() + " are in use")
}

func (a *addresses) give(address netip.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.used, address)
}
