// testbed runs Kubernetes with the KubeRay operator on one machine, without containers.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"geneva-constructs.dev/testbed/internal/bed"
)

const usage = `usage: testbed COMMAND [FLAG]...
  up      start a test bed, and keep it until Ctrl-C
  status  the test beds that live
  stop    stop them, or the one that is named
  seed    make the state that test beds start from
`

var commands = map[string]func(ctx context.Context, args []string) error{
	"up":         up,
	"status":     status,
	"stop":       stop,
	"seed":       seed,
	"kubelet":    runKubelet,
	"with-hosts": withHosts,
}

func init() {
	// Threads that take namespaces of their own must not be the first one: /proc knows the process by its namespaces.
	runtime.LockOSThread()
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	if err := commands[os.Args[1]](ctx, os.Args[2:]); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintf(os.Stderr, "testbed %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}

// list is a flag that may be given more than once.
type list []string

func (l *list) String() string { return fmt.Sprint(*l) }

func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

func ownPrograms() (bed.Programs, error) {
	self, err := os.Executable()
	return bed.ProgramsIn(filepath.Dir(self)), err
}

func up(ctx context.Context, args []string) error {
	programs, err := ownPrograms()
	if err != nil {
		return err
	}
	options := bed.Options{Programs: programs}
	var definitions, hidden list
	flags := flag.NewFlagSet("testbed up", flag.ExitOnError)
	flags.StringVar(&options.Beds, "beds", "", "folder of the test beds")
	flags.StringVar(&options.Seed, "seed", "", "folder that testbed seed made")
	flags.Var(&definitions, "definitions", "folder of CustomResourceDefinitions, beyond those of the seed")
	flags.StringVar(&options.Karpenter, "karpenter", "", "program of Karpenter's kwok provider")
	flags.StringVar(&options.Nodes, "nodes", "fake", "fake, process or a file with a list of nodes")
	flags.StringVar(&options.Images, "images", "", "table of images for process nodes")
	flags.Var(&hidden, "hide", "path of the machine that pods see empty")
	withStdin := flags.Bool("with-stdin", false, "stop when stdin ends: whoever started this has died")
	flags.Parse(args)
	if options.Beds == "" {
		return errors.New("--beds is missing")
	}
	options.Definitions, options.Hidden = definitions, hidden
	if *withStdin {
		watched, cancel := context.WithCancel(ctx)
		ctx = watched
		go func() {
			io.Copy(io.Discard, os.Stdin)
			cancel()
		}()
	}
	return bed.Up(ctx, options, func(state bed.State) {
		fmt.Fprintln(os.Stderr, bed.Describe(state))
		json.NewEncoder(os.Stdout).Encode(state)
	})
}

func status(_ context.Context, args []string) error {
	flags := flag.NewFlagSet("testbed status", flag.ExitOnError)
	beds := flags.String("beds", "", "folder of the test beds")
	flags.Parse(args)
	states, err := bed.List(*beds)
	if err != nil {
		return err
	}
	if len(states) == 0 {
		fmt.Println("no test bed runs")
	}
	for _, state := range states {
		fmt.Println(bed.Describe(state))
	}
	return nil
}

func stop(_ context.Context, args []string) error {
	flags := flag.NewFlagSet("testbed stop", flag.ExitOnError)
	beds := flags.String("beds", "", "folder of the test beds")
	flags.Parse(args)
	states, err := bed.List(*beds)
	if err != nil {
		return err
	}
	stopped := 0
	for _, state := range states {
		if flags.NArg() > 0 && flags.Arg(0) != state.ID {
			continue
		}
		if err := bed.Stop(state); err != nil {
			return err
		}
		stopped++
		fmt.Printf("test bed %s stopped\n", state.ID)
	}
	if flags.NArg() > 0 && stopped == 0 {
		return fmt.Errorf("no test bed %q runs; see testbed status", flags.Arg(0))
	}
	removed, err := bed.Clean(*beds)
	for _, dir := range removed {
		fmt.Printf("removed what a test bed that died left in %s\n", dir)
	}
	if err == nil && stopped == 0 && len(removed) == 0 {
		fmt.Println("no test bed runs")
	}
	return err
}

func seed(ctx context.Context, args []string) error {
	programs, err := ownPrograms()
	if err != nil {
		return err
	}
	var definitions list
	flags := flag.NewFlagSet("testbed seed", flag.ExitOnError)
	out := flags.String("out", "", "folder to make")
	flags.Var(&definitions, "definitions", "folder of CustomResourceDefinitions")
	flags.Parse(args)
	return bed.Seed(ctx, programs, definitions, *out)
}
