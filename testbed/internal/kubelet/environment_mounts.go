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
func environmentMounts(image Image) ([]sandbox.Mount, error) {
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
	packages := image.sitePackages()
	for _, name := range image.Hides {
		if _, err := os.Stat(filepath.Join(packages, name)); err != nil || filepath.Base(name) != name {
			return nil, fmt.Errorf("the environment %s has no %q in its site-packages to hide", image.Environment, name)
		}
	}
	mounts = append(mounts, sandbox.Mount{Source: packages, Target: packages, Without: image.Hides})
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
