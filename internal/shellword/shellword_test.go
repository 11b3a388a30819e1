package shellword

import "testing"

func TestHarmless(t *testing.T) {
	for _, command := range []string{"go run ./cmd/train -dataset texshape@7,a+b -lr 0.1", "train -words 'a photo; of'", `train -words 'it'\''s'`, ""} {
		if !harmless(command) {
			t.Errorf("%q does not count as harmless", command)
		}
	}
	for _, command := range []string{"a; b", "a $(b)", "a `b`", "a | b", "a\nb", "a > b", "a 'b", `a "$b"`, "a \x1b[2J", "a ~", `a \; b`, `a 'it'\''s; b`} {
		if harmless(command) {
			t.Errorf("%q counts as harmless", command)
		}
	}
}

func TestTrains(t *testing.T) {
	for _, command := range []string{"go run ./cmd/train -model tiny", "go run ./cmd/frontdoor train", "/opt/frontdoor train -seeds 1", "./train -data 'a b'",
		"'/my tools/frontdoor-1.0' train", `'C:\tools\frontdoor.exe' train -shots 4`, "frontdoor_linux_amd64 train"} {
		if !Trains(command) {
			t.Errorf("%q counts as no training", command)
		}
	}
	for _, command := range []string{"rm -rf .", "rm train -rf .", "curl http://host/x -o .bashrc", "frontdoor sort / -into x", "frontdoor train; rm x", "go run /tmp/train", "strain -x", "", "python3 train"} {
		if Trains(command) {
			t.Errorf("%q counts as training", command)
		}
	}
}
