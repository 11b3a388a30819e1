package augment

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// fixed is a generator whose numbers a test chooses: bits are the top bits of
// each draw in turn, as shares of one.
type fixed struct {
	shares []float64
	next   int
}

func (f *fixed) Uint64() uint64 {
	s := f.shares[f.next%len(f.shares)]
	f.next++
	// rand.Float32 takes 24 bits: the low bits of the 32 on top.
	return uint64(s*(1<<24)) << 32
}

// shares returns a generator of which Float32 returns the given values.
func shares(values ...float64) *rand.Rand { return rand.New(&fixed{shares: values}) }

func rng() *rand.Rand { return rand.New(rand.NewPCG(5, 6)) }

func near(a, b []float32, eps float64) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Abs(float64(x-y)) <= eps })
}

// three repeats one channel three times.
func three(x ...float32) []float32 { return slices.Concat(x, x, x) }

func TestShares(t *testing.T) {
	r := shares(0.25, 0.75)
	if a, b := r.Float32(), r.Float32(); a != 0.25 || b != 0.75 {
		t.Fatalf("the test's generator gives %v and %v", a, b)
	}
}

func TestCropFlipWholeImage(t *testing.T) {
	src := three(1, 2, 3, 4, 5, 6)
	dst := make([]float32, len(src))
	// Area 1: nothing is cut off. A last draw below 0.5 keeps left and right.
	cropFlip{MinArea: 1}.Apply(dst, src, 2, 3, shares(0, 0.5, 0.5, 0.25))
	if !near(dst, src, 1e-6) {
		t.Errorf("the whole image is %v", dst)
	}
	cropFlip{MinArea: 1}.Apply(dst, src, 2, 3, shares(0, 0.5, 0.5, 0.75))
	if want := three(3, 2, 1, 6, 5, 4); !near(dst, want, 1e-6) {
		t.Errorf("mirrored %v, want %v", dst, want)
	}
}

func TestCropFlipCorner(t *testing.T) {
	// Area 1/4 at the left edge: the four columns 0..3 are read at -0.25,
	// 0.25, 0.75 and 1.25, the first of which falls on the mirrored border.
	src := three(0, 1, 2, 3)
	dst := make([]float32, len(src))
	cropFlip{MinArea: 0.25}.Apply(dst, src, 1, 4, shares(0, 0, 0, 0.25))
	if want := three(0, 0.25, 0.75, 1.25); !near(dst, want, 1e-6) {
		t.Errorf("left half %v, want %v", dst, want)
	}
}

func TestReflect(t *testing.T) {
	for _, c := range [][2]float64{{0, 0}, {2, 2}, {-0.25, 0}, {-0.75, 0}, {-1.5, 0.5}, {3.25, 3}, {4, 3}, {4.5, 2.5}, {7.5, 0}, {9, 1}} {
		if got := reflect(c[0], 4); math.Abs(got-c[1]) > 1e-12 {
			t.Errorf("reflect(%v, 4) = %v, want %v", c[0], got, c[1])
		}
	}
}

func TestBlur(t *testing.T) {
	// One bright pixel in the middle of 9x9, too far from the border to be
	// mirrored, becomes the binomial square.
	src := make([]float32, 3*81)
	src[4*9+4] = 256
	rows, dst := make([]float32, len(src)), make([]float32, len(src))
	blurRows(rows, src, 9)
	blurColumns(dst, rows, 9, 9)
	one := []float32{0, 0, 1, 4, 6, 4, 1, 0, 0}
	for y := range 9 {
		for x := range 9 {
			if got, want := dst[9*y+x], one[y]*one[x]; got != want {
				t.Errorf("(%d, %d): %v, want %v", x, y, got, want)
			}
		}
	}
	if slices.Max(dst[81:]) != 0 {
		t.Error("channels mix")
	}
}

func TestBlurMirrorsBorder(t *testing.T) {
	// Columns read by the first pixel: 2 1 0 1 2.
	row := []float32{16, 32, 64}
	dst := make([]float32, 3)
	blurRows(dst, row, 3)
	if want := float32(64+4*32+6*16+4*32+64) / 16; dst[0] != want {
		t.Errorf("first pixel %v, want %v", dst[0], want)
	}
	for _, c := range [][3]int{{-1, 3, 1}, {3, 3, 1}, {4, 3, 0}, {-2, 2, 0}, {5, 1, 0}} {
		if got := mirror(c[0], c[1]); got != c[2] {
			t.Errorf("mirror(%d, %d) = %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

func TestBlurNoise(t *testing.T) {
	src := make([]float32, 3*64*64)
	for i := range src {
		src[i] = 0.5
	}
	dst := make([]float32, len(src))
	blurNoise{}.Apply(dst, src, 64, 64, rng())
	if !near(dst, src, 1e-6) {
		t.Error("a flat image without noise changes")
	}
	// The second draw is the share of the deviation: 0.1 * 0.5 = 0.05.
	r := rng()
	blurNoise{MaxNoise: 0.1}.Apply(dst, src, 64, 64, rand.New(&start{fixed{shares: []float64{0.5}}, 2, r}))
	sum, square := 0.0, 0.0
	for _, v := range dst {
		d := float64(v) - 0.5
		sum += d
		square += d * d
	}
	n := float64(len(dst))
	if sd := math.Sqrt(square / n); math.Abs(sum/n) > 0.003 || math.Abs(sd-0.05) > 0.002 {
		t.Errorf("noise has mean %v and deviation %v, want 0 and 0.05", sum/n, sd)
	}
}

// start takes its first numbers from fixed and the others from rest.
type start struct {
	fixed
	left int
	rest *rand.Rand
}

func (s *start) Uint64() uint64 {
	if s.left > 0 {
		s.left--
		return s.fixed.Uint64()
	}
	return s.rest.Uint64()
}

func TestErase(t *testing.T) {
	src := make([]float32, 3*4*4)
	dst := make([]float32, len(src))
	e := erasePosterise{EraseProb: 1, SideMin: 0.5, SideMax: 0.5, Levels: 4}
	// Half of each side, at row int(2*0.5) and column int(2*0.75), in the
	// colour 0.25, 0.5, 0.75.
	e.Apply(dst, src, 4, 4, shares(0, 0, 0, 0.5, 0.75, 0.25, 0.5, 0.75, 0.99))
	for c, v := range []float32{0.25, 0.5, 0.75} {
		for i, got := range dst[16*c : 16*(c+1)] {
			y, x := i/4, i%4
			want := float32(0)
			if (y == 1 || y == 2) && (x == 1 || x == 2) {
				want = v
			}
			if got != want {
				t.Errorf("channel %d, (%d, %d): %v, want %v", c, x, y, got, want)
			}
		}
	}
}

func TestPosterise(t *testing.T) {
	x := []float32{0, 0.1, 0.2, 0.5, 0.7, 1} // 0.5*3 = 1.5 rounds to the even 2
	posterise(x, 4)
	if want := []float32{0, 0, 1. / 3, 2. / 3, 2. / 3, 1}; !near(x, want, 1e-7) {
		t.Errorf("%v, want %v", x, want)
	}
}

func TestSmallImages(t *testing.T) {
	for _, op := range []operation{cropFlip{MinArea: 0.5}, newColourJitter(1), blurNoise{MaxNoise: 0.1}, newErasePosterise(3)} {
		for _, size := range [][2]int{{1, 1}, {1, 3}, {2, 1}, {2, 2}} {
			h, w := size[0], size[1]
			src, dst := make([]float32, 3*h*w), make([]float32, 3*h*w)
			r := rng()
			for range 50 {
				op.Apply(dst, src, h, w, r)
			}
		}
	}
}

func TestShapePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	blurNoise{}.Apply(make([]float32, 12), make([]float32, 11), 2, 2, rng())
}
