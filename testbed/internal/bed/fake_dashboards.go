package bed

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// fakeJobTime is how long a job that nobody runs is said to run.
const fakeJobTime = 2500 * time.Millisecond

// fakeDashboards answers for the dashboards of Ray heads on fake nodes: a job runs a while and succeeds, an application serves.
type fakeDashboards struct {
	mu           sync.Mutex
	startedAt    map[string]time.Time
	applications map[string][]byte
}

// serveFakeDashboards starts an HTTP proxy for the operator, that answers all requests itself.
func serveFakeDashboards(ctx context.Context) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: &fakeDashboards{startedAt: map[string]time.Time{}, applications: map[string][]byte{}}}
	go server.Serve(listener)
	context.AfterFunc(ctx, func() { server.Close() })
	return "http://" + listener.Addr().String(), nil
}

func (f *fakeDashboards) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	head := r.URL.Host
	switch {
	case strings.HasPrefix(r.URL.Path, "/api/jobs/"):
		f.job(w, r.Method, head, strings.Split(strings.TrimPrefix(r.URL.Path, "/api/jobs/"), "/")[0], body)
	case strings.HasPrefix(r.URL.Path, "/api/serve/applications"):
		f.serve(w, r.Method, head, body)
	default: // a health check
		io.WriteString(w, "success")
	}
}

func (f *fakeDashboards) job(w http.ResponseWriter, method, head, id string, body []byte) {
	if method == http.MethodPost && id == "" {
		var submission struct {
			ID string `json:"submission_id"`
		}
		if err := json.Unmarshal(body, &submission); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		f.start(head, submission.ID)
		answer(w, map[string]any{"submission_id": submission.ID, "job_id": submission.ID})
		return
	}
	startedAt := f.start(head, id)
	status, message, endedAt := "RUNNING", "Job is running.", any(nil)
	if time.Since(startedAt) > fakeJobTime {
		status, message, endedAt = "SUCCEEDED", "Job finished successfully.", startedAt.Add(fakeJobTime).UnixMilli()
	}
	answer(w, map[string]any{
		"submission_id": id, "job_id": "01000000", "type": "SUBMISSION", "entrypoint": "true", "status": status, "message": message,
		"start_time": startedAt.UnixMilli(), "end_time": endedAt,
	})
}

// start remembers when a job was first heard of: the operator's own submitter pod is as fake as the rest.
func (f *fakeDashboards) start(head, id string) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := head + "/" + id
	if _, known := f.startedAt[key]; !known {
		f.startedAt[key] = time.Now()
	}
	return f.startedAt[key]
}

func (f *fakeDashboards) serve(w http.ResponseWriter, method, head string, body []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if method == http.MethodPut {
		f.applications[head] = body
		answer(w, map[string]any{})
		return
	}
	var config struct {
		Applications []struct {
			Name        string `json:"name"`
			RoutePrefix string `json:"route_prefix"`
		} `json:"applications"`
	}
	json.Unmarshal(f.applications[head], &config) // nothing was put: no applications
	applications := map[string]any{}
	for _, application := range config.Applications {
		applications[application.Name] = map[string]any{
			"name": application.Name, "route_prefix": application.RoutePrefix, "docs_path": nil, "status": "RUNNING", "message": "",
			"deployments": map[string]any{"deployment": map[string]any{"name": "deployment", "status": "HEALTHY", "message": ""}},
		}
	}
	answer(w, map[string]any{"applications": applications})
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("content-type", "application/json")
	json.NewEncoder(w).Encode(value)
}

func answersOK(url string) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return false, err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return false, err
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK, nil
	}
}
