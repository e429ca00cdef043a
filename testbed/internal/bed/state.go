// Package bed starts and stops a test bed: etcd, API server, controller manager, scheduler, the KubeRay operator and the kubelet
// of the test bed, on one machine.
package bed

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"syscall"
	"time"
)

// State is what others may know of a test bed; it is kept in its folder.
type State struct {
	ID         string         `json:"id"`
	PID        int            `json:"pid"`
	StartedAt  time.Time      `json:"startedAt"`
	Dir        string         `json:"dir"`
	Server     string         `json:"server"`
	Kubeconfig string         `json:"kubeconfig"`
	Nodes      string         `json:"nodes"`
	Bridge     string         `json:"bridge,omitempty"`
	Network    string         `json:"network,omitempty"`
	Components map[string]int `json:"components"`
}

const (
	stateFile = "state.json"
	// aliveFile is locked by the process of a test bed for as long as it lives. A process id alone may be another's by now.
	aliveFile = "alive"
)

// bed is a test bed of this process.
type bed struct {
	dir   string
	state State
	alive *os.File
}

func (b *bed) save(pids map[string]int) error {
	b.state.Components = map[string]int{}
	for name, pid := range pids {
		b.state.Components[name] = pid
	}
	text, err := json.MarshalIndent(b.state, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(b.dir, stateFile)
	if err := os.WriteFile(path+".new", append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// lock takes a file for this process, or says that another has it.
func lock(path string, wait bool) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	how := syscall.LOCK_EX
	if !wait {
		how |= syscall.LOCK_NB
	}
	if err := syscall.Flock(int(file.Fd()), how); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// lockAll serialises what changes the set of test beds.
func lockAll(beds string) (*os.File, error) {
	if err := os.MkdirAll(beds, 0o755); err != nil {
		return nil, fmt.Errorf("%s: %w", beds, err)
	}
	return lock(filepath.Join(beds, "lock"), true)
}

// List returns the test beds that live, oldest first.
func List(beds string) ([]State, error) {
	states, _, err := survey(beds)
	return states, err
}

// survey tells the living test beds from the folders of dead ones.
func survey(beds string) (living []State, dead []string, err error) {
	entries, err := os.ReadDir(beds)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	for _, entry := range entries {
		dir := filepath.Join(beds, entry.Name())
		if !entry.IsDir() {
			continue
		}
		held, err := lock(filepath.Join(dir, aliveFile), false)
		if err == nil {
			held.Close()
			dead = append(dead, dir)
			continue
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, nil, err
		}
		state, err := read(dir)
		if err != nil {
			return nil, nil, err
		}
		living = append(living, state)
	}
	sort.Slice(living, func(i, j int) bool { return living[i].StartedAt.Before(living[j].StartedAt) })
	return living, dead, nil
}

func read(dir string) (State, error) {
	text, err := os.ReadFile(filepath.Join(dir, stateFile))
	if errors.Is(err, os.ErrNotExist) { // it is just being made
		return State{ID: filepath.Base(dir), Dir: dir}, nil
	}
	if err != nil {
		return State{}, err
	}
	var state State
	if err := json.Unmarshal(text, &state); err != nil {
		return State{}, fmt.Errorf("%s: %w", filepath.Join(dir, stateFile), err)
	}
	return state, nil
}

// Stop ends a living test bed and waits until it is gone.
func Stop(state State) error {
	if state.PID == 0 {
		return fmt.Errorf("test bed %s is just starting; try again", state.ID)
	}
	if err := syscall.Kill(state.PID, syscall.SIGTERM); err != nil {
		return fmt.Errorf("test bed %s, process %d: %w", state.ID, state.PID, err)
	}
	for range 300 {
		if _, err := os.Stat(state.Dir); errors.Is(err, os.ErrNotExist) {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("test bed %s, process %d, has not ended after 30 s; see %s", state.ID, state.PID, state.Dir)
}
