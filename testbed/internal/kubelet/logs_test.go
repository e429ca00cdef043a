package kubelet

import (
	"io"
	"strings"
	"testing"
)

func TestTheLastLinesOfALog(t *testing.T) {
	for _, each := range []struct {
		text  string
		lines int
		want  string
	}{
		{"a\nb\nc\n", 2, "b\nc\n"},
		{"a\nb\nc", 1, "c"},
		{"a\nb\n", 5, "a\nb\n"},
		{"a\n", 0, ""},
		{"a", 0, ""},
		{"", 3, ""},
	} {
		reader := strings.NewReader(each.text)
		if err := seekLastLines(reader, each.lines); err != nil {
			t.Fatal(err)
		}
		rest, _ := io.ReadAll(reader)
		expect(t, string(rest), each.want)
	}
}
