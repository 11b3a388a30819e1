package png

import (
	"bytes"
	"compress/zlib"
	"math/rand/v2"
	"testing"
)

// The input of an inflater may end anywhere and go on later.
func TestInflateInParts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	want := make([]byte, 200_000)
	for i := 0; i < len(want); { // far matches between literals: long codes
		want[i] = byte(rng.IntN(256))
		if i++; i > 30_000 {
			from := i - 1 - rng.IntN(29_000)
			i += copy(want[i:], want[from:min(from+3+rng.IntN(40), i)])
		}
	}
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	w.Write(want)
	w.Close()
	for range 10 {
		z := newInflater(packed.Bytes())
		have := make([]byte, 0, len(want))
		for end := 0; len(have) < len(want); {
			if !z.more() {
				end = min(end+1+rng.IntN(40), packed.Len())
				z.extend(end)
			}
			row := make([]byte, min(1000+rng.IntN(4000), len(want)-len(have)))
			n, _, err := z.fill(row)
			if have = append(have, row[:n]...); err != nil {
				t.Fatalf("after %d bytes: %v", len(have), err)
			}
			if end == packed.Len() && n == 0 && !z.more() {
				break
			}
		}
		if !bytes.Equal(have, want) {
			t.Fatal("other bytes than those that were packed")
		}
	}
}
