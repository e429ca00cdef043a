package bed

import (
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestANetworkIsOneThatNoInterfaceIsIn(t *testing.T) {
	used := []netip.Addr{netip.MustParseAddr("10.77.0.1"), netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("10.77.1.200")}
	prefix, err := freeNetwork(used)
	if err != nil || prefix.String() != "10.77.2.0/24" {
		t.Error(prefix, err)
	}
}

func TestAFolderWhoseOwnerIsGoneIsRemovedAndNoOther(t *testing.T) {
	beds := t.TempDir()
	for _, id := range []string{"aaaaaa", "bbbbbb"} {
		if err := os.MkdirAll(filepath.Join(beds, id, "etcd"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	alive, err := lock(filepath.Join(beds, "bbbbbb", aliveFile), false)
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	removed, err := Clean(beds)
	if want := []string{filepath.Join(beds, "aaaaaa")}; err != nil || !reflect.DeepEqual(removed, want) {
		t.Errorf("removed %v, want %v: %v", removed, want, err)
	}
	states, err := List(beds)
	if err != nil || len(states) != 1 || states[0].ID != "bbbbbb" {
		t.Error(states, err)
	}
}
