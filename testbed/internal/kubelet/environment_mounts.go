package kubelet

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"geneva-constructs.dev/testbed/internal/sandbox"
)

// environmentMounts puts the Python environment of an image, and the interpreter that it is based on, at their own
// paths, read-only, and hides what the image lacks.
func environmentMounts(image Image, scratch string) ([]sandbox.Mount, error) {
	if image.Environment == "" {
		return nil, nil
	}
	dirs := []string{image.Environment}
	base, err := baseInterpreter(image.Environment)
	if err != nil {
		return nil, err
	}
	if base != "" {
		dirs = append(dirs, base)
	}
	mounts := []sandbox.Mount{}
	for _, dir := range dirs {
		mounts = append(mounts, sandbox.Mount{Source: dir, Target: dir, ReadOnly: true})
	}
	if len(image.Hides) == 0 {
		return mounts, nil
	}
	nothing := filepath.Join(scratch, "nothing")
	if err := os.MkdirAll(nothing, 0o755); err != nil {
		return nil, err
	}
	packages := image.sitePackages()
	for _, name := range image.Hides {
		path := filepath.Join(packages, name)
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			return nil, fmt.Errorf("the environment %s has no folder %s to hide", image.Environment, name)
		}
		mounts = append(mounts, sandbox.Mount{Source: nothing, Target: path, ReadOnly: true})
	}
	return mounts, nil
}

// baseInterpreter returns the folder of the Python installation behind a virtual environment, "" when containers see it anyhow.
func baseInterpreter(environment string) (string, error) {
	python, err := filepath.EvalSymlinks(filepath.Join(environment, "bin", "python"))
	if err != nil {
		return "", fmt.Errorf("%s is not a Python environment: %w", environment, err)
	}
	prefix := filepath.Dir(filepath.Dir(python))
	if prefix == "/usr" || prefix == "/usr/local" || prefix == "/" || strings.HasPrefix(prefix+"/", environment+"/") {
		return "", nil
	}
	return prefix, nil
}
