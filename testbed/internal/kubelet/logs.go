package kubelet

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"
)

// logPoll is how often a log that is followed is looked at.
const logPoll = 100 * time.Millisecond

// serveLogs answers with what a container printed. It knows follow, previous and tailLines; lines have no times.
func (k *Kubelet) serveLogs(w http.ResponseWriter, r *http.Request) {
	pod, ok := k.podOf(w, r)
	if !ok {
		return
	}
	container, err := pod.container(r.PathValue("container"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	query := r.URL.Query()
	pod.mu.Lock()
	restart := container.restarts
	pod.mu.Unlock()
	if query.Get("previous") == "true" {
		restart--
	}
	file, err := os.Open(container.logPath(restart))
	if err != nil {
		http.Error(w, fmt.Sprintf("container %q in pod %q is waiting to start or has no such log", container.spec.Name, pod.pod.Name), http.StatusBadRequest)
		return
	}
	defer file.Close()
	if lines, err := strconv.Atoi(query.Get("tailLines")); err == nil {
		if err := seekLastLines(file, lines); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	if query.Get("follow") != "true" {
		io.Copy(w, file)
		return
	}
	container.follow(r.Context(), w, file, restart)
}

// follow copies what is there and what comes, until that run of the container has ended.
func (c *container) follow(ctx context.Context, w http.ResponseWriter, file io.Reader, restart int32) {
	for {
		hasEnded := !c.isAtRun(restart) // asked before the copy: what was printed last is copied too
		if _, err := io.Copy(w, file); err != nil {
			return
		}
		if flusher, ok := w.(http.Flusher); ok {
			flusher.Flush()
		}
		if hasEnded {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(logPoll):
		}
	}
}

func (c *container) isAtRun(restart int32) bool {
	c.pod.mu.Lock()
	defer c.pod.mu.Unlock()
	return c.restarts == restart && c.state.Terminated == nil
}

// seekLastLines moves to where the last lines of a file begin.
func seekLastLines(file io.ReadSeeker, lines int) error {
	text, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	start := len(bytes.TrimSuffix(text, []byte("\n")))
	for ; lines > 0 && start >= 0; lines-- {
		start = bytes.LastIndexByte(text[:start], '\n')
	}
	_, err = file.Seek(int64(min(start+1, len(text))), io.SeekStart)
	return err
}
