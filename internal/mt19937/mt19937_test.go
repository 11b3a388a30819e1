package mt19937

import (
	"slices"
	"strconv"
	"testing"

	"frontdoor/internal/testdata"
)

type golden struct {
	Shuffle  []int               `json:"python_shuffle_range10_seed1"`
	Bits     map[string][]uint32 `json:"python_getrandbits32_first4"`
	Randperm map[string][]int    `json:"torch_randperm10"`
}

func read(t *testing.T) golden {
	t.Helper()
	var g golden
	testdata.ReadJSON(t, "testdata/golden.json", &g)
	if len(g.Shuffle) == 0 || len(g.Bits) == 0 || len(g.Randperm) == 0 {
		t.Fatal("golden values are missing")
	}
	return g
}

func seed(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPythonBits(t *testing.T) {
	for s, want := range read(t).Bits {
		p := NewPython(seed(t, s))
		negative := NewPython(-seed(t, s))
		for i, w := range want {
			if got := p.bits(32); got != w {
				t.Errorf("seed %s, number %d: %d, want %d", s, i, got, w)
			}
			if got := negative.bits(32); got != w {
				t.Errorf("seed -%s, number %d: %d, want %d", s, i, got, w)
			}
		}
	}
}

// The authors' own check: the first outputs for the key 0x123, 0x234, 0x345,
// 0x456 and for the plain seed 5489.
func TestReferenceOutputs(t *testing.T) {
	var m generator
	m.seedArray([]uint32{0x123, 0x234, 0x345, 0x456})
	for i, want := range []uint32{1067595299, 955945823, 477289528, 4107218783} {
		if got := m.uint32(); got != want {
			t.Errorf("key, number %d: %d, want %d", i, got, want)
		}
	}
	m.seed(5489)
	var last uint32
	for range 10000 {
		last = m.uint32()
	}
	if last != 4123659995 {
		t.Errorf("number 10000 after seed 5489: %d, want 4123659995", last)
	}
}

func TestSkip(t *testing.T) {
	for _, n := range []uint64{0, 1, 623, 624, 625, 5000} {
		drawn, skipped := NewTorch(9), NewTorch(9)
		for range n {
			drawn.Uint32()
		}
		skipped.Uint32() // from the middle of a state
		if n > 0 {
			skipped.Skip(n - 1)
			if a, b := drawn.Uint32(), skipped.Uint32(); a != b {
				t.Errorf("after %d numbers: %d, want %d", n, b, a)
			}
		}
	}
}

func TestPythonShuffle(t *testing.T) {
	x := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	NewPython(1).Shuffle(len(x), func(i, j int) { x[i], x[j] = x[j], x[i] })
	if want := read(t).Shuffle; !slices.Equal(x, want) {
		t.Errorf("shuffled %v, want %v", x, want)
	}
}

func TestPoolLimit(t *testing.T) {
	for k, want := range map[int]int{0: 21, 4: 21, 5: 21, 6: 85, 8: 85, 16: 85, 21: 85, 22: 277} {
		if got := poolLimit(k); got != want {
			t.Errorf("poolLimit(%d) = %d, want %d", k, got, want)
		}
	}
}

func TestSampleIsDistinct(t *testing.T) {
	p := NewPython(7)
	for _, c := range [][2]int{{0, 0}, {1, 1}, {20, 20}, {1000, 16}, {85, 16}, {86, 16}} {
		s := p.Sample(c[0], c[1])
		sorted := slices.Sorted(slices.Values(s))
		if len(slices.Compact(sorted)) != c[1] || len(s) != c[1] {
			t.Errorf("Sample(%d, %d) = %v", c[0], c[1], s)
		}
		if c[1] > 0 && (sorted[0] < 0 || sorted[c[1]-1] >= c[0]) {
			t.Errorf("Sample(%d, %d) = %v is out of range", c[0], c[1], s)
		}
	}
}

func TestLargeSeedUsesTwoWords(t *testing.T) {
	a, b := NewPython(1), NewPython(1+1<<32)
	if a.bits(32) == b.bits(32) {
		t.Error("the upper half of the seed has no effect")
	}
}

func TestTorchPerm(t *testing.T) {
	for s, want := range read(t).Randperm {
		if got := NewTorch(uint64(seed(t, s))).Perm(10); !slices.Equal(got, want) {
			t.Errorf("seed %s: %v, want %v", s, got, want)
		}
	}
}

func TestTorchInt63(t *testing.T) {
	a, b := NewTorch(3), NewTorch(3)
	hi, lo := uint64(a.Uint32()), uint64(a.Uint32())
	if got, want := uint64(b.Int63()), (hi<<32|lo)&(1<<63-1); got != want {
		t.Errorf("Int63 %d, want %d", got, want)
	}
}

func TestPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"empty key":   func() { new(generator).seedArray(nil) },
		"no bits":     func() { NewPython(1).bits(0) },
		"33 bits":     func() { NewPython(1).bits(33) },
		"below zero":  func() { NewPython(1).below(0) },
		"oversample":  func() { NewPython(1).Sample(3, 4) },
		"torch bound": func() { NewTorch(1).IntN(0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
