package shellword

import "testing"

func TestHarmless(t *testing.T) {
	for _, command := range []string{"go run ./cmd/train -dataset texshape@7,a+b -lr 0.1", "train -words 'a photo; of'", `train -words 'it'\''s'`, ""} {
		if !Harmless(command) {
			t.Errorf("%q does not count as harmless", command)
		}
	}
	for _, command := range []string{"a; b", "a $(b)", "a `b`", "a | b", "a\nb", "a > b", "a 'b", `a "$b"`, "a \x1b[2J", "a ~", `a \; b`, `a 'it'\''s; b`} {
		if Harmless(command) {
			t.Errorf("%q counts as harmless", command)
		}
	}
}
