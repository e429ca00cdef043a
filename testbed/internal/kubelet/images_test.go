package kubelet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"geneva-constructs.dev/testbed/internal/sandbox"
)

func table(t *testing.T, text string) *images {
	path := filepath.Join(t.TempDir(), "images.yaml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return newImages(path)
}

func TestAnImageIsThatOfItsNameElseThatOfAnyName(t *testing.T) {
	images := table(t, `{"ray:1": {"environment": "/a"}, "*": {"environment": "/b"}}`)
	for name, want := range map[string]string{"ray:1": "/a", "ray:2": "/b"} {
		image, err := images.find(name)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, image.Environment, want)
	}
}

func TestAnImageThatNobodyHasSaysWhereItWasLookedFor(t *testing.T) {
	images := table(t, `{}`)
	if _, err := images.find("ray:1"); err == nil || !strings.Contains(err.Error(), images.file) {
		t.Error(err)
	}
}

func TestATableWithAWordThatItDoesNotKnowIsRefused(t *testing.T) {
	if _, err := table(t, `{"ray:1": {"enviroment": "/a"}}`).find("ray:1"); err == nil || !strings.Contains(err.Error(), "enviroment") {
		t.Error(err)
	}
}

func TestPullsAreTriedLessAndLessOften(t *testing.T) {
	var waits []time.Duration
	for failures := 1; failures <= 6; failures++ {
		waits = append(waits, pullBackoff(failures)/time.Second)
	}
	expect(t, waits, []time.Duration{1, 2, 4, 8, 16, 16})
}

func TestWhatAnImageHidesMustBeThere(t *testing.T) {
	environment := t.TempDir()
	packages := filepath.Join(environment, "lib", "python3.11", "site-packages")
	if err := os.MkdirAll(filepath.Join(packages, "pyarrow"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(environment, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(environment, "bin", "python"), nil, 0o755); err != nil {
		t.Fatal(err)
	}
	mounts, err := environmentMounts(Image{Environment: environment, Hides: []string{"pyarrow"}})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, mounts[len(mounts)-1], sandbox.Mount{Source: packages, Target: packages, Without: []string{"pyarrow"}})
	if _, err := environmentMounts(Image{Environment: environment, Hides: []string{"boto3"}}); err == nil || !strings.Contains(err.Error(), "boto3") {
		t.Error(err)
	}
}
