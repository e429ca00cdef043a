package main

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
	"os"
)

// withHosts becomes a program that sees a file as /etc/hosts. It has mounts of its own already: `up` starts it so.
func withHosts(_ context.Context, args []string) error {
	if len(args) < 2 {
		return errors.New("usage: testbed with-hosts FILE PROGRAM [ARGUMENT]...")
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount(args[0], "/etc/hosts", "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("%s as /etc/hosts: %w", args[0], err)
	}
	return unix.Exec(args[1], args[1:], os.Environ())
}
