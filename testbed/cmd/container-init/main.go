// container-init is the first process of a container of the test bed until it becomes the container's command.
// It is a program of its own because each start pays for what is linked in.
package main

import (
	"fmt"
	"os"

	"geneva-constructs.dev/testbed/internal/sandbox"
)

// exitCannotStart is what a container runtime returns for a command that can't be started.
const exitCannotStart = 127

func main() {
	err := sandbox.Init()
	fmt.Fprintf(os.Stderr, "container-init: %v\n", err)
	os.Exit(exitCannotStart)
}
