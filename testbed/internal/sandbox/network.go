package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
)

// Bridge is where the pods of a test bed meet, and the machine with them.
type Bridge struct {
	Name string
	// Prefix is the network; the bridge has its first address.
	Prefix netip.Prefix
}

// Address is that of the machine on the bridge.
func (b Bridge) Address() netip.Addr { return b.Prefix.Masked().Addr().Next() }

// Create makes the bridge.
func (b Bridge) Create() error {
	return ip(
		fmt.Sprintf("link add %s type bridge", b.Name),
		fmt.Sprintf("addr add %s/%d dev %s", b.Address(), b.Prefix.Bits(), b.Name),
		fmt.Sprintf("link set %s up", b.Name),
	)
}

// Delete removes the bridge. One that is gone is no error.
func (b Bridge) Delete() error {
	if _, err := net.InterfaceByName(b.Name); err != nil {
		return nil
	}
	return ip("link del " + b.Name)
}

// Connect gives the pod an address on the bridge. The link, named so on the machine, goes with the pod.
func (p *Pod) Connect(bridge Bridge, address netip.Addr, link string) error {
	err := p.Do(func() error {
		return ip(
			fmt.Sprintf("link add eth0 type veth peer name %s netns %d", link, os.Getpid()),
			fmt.Sprintf("addr add %s/%d dev eth0", address, bridge.Prefix.Bits()),
			"link set lo up",
			"link set eth0 up",
			fmt.Sprintf("route add default via %s", bridge.Address()),
		)
	})
	if err != nil {
		return err
	}
	return ip(fmt.Sprintf("link set %s master %s", link, bridge.Name), fmt.Sprintf("link set %s up", link))
}

// Dial connects to a port that the pod listens on, also one of its loopback address.
func (p *Pod) Dial(ctx context.Context, port int32) (net.Conn, error) {
	var conn net.Conn
	err := p.Do(func() (err error) {
		var dialer net.Dialer
		conn, err = dialer.DialContext(ctx, "tcp4", fmt.Sprintf("127.0.0.1:%d", port))
		return err
	})
	return conn, err
}

// ip runs commands of iproute2 in one go, in the namespaces of the calling thread.
func ip(commands ...string) error {
	cmd := exec.Command("ip", "-batch", "-")
	cmd.Stdin = strings.NewReader(strings.Join(commands, "\n") + "\n")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(commands, "; "), err, strings.TrimSpace(said.String()))
	}
	return nil
}
