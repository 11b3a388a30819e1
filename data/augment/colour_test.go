package augment

import (
	"math"
	"testing"
)

// neutral changes nothing; each test below lets one factor vary.
var neutral = colourJitter{SatMin: 1, SatMax: 1, ConMin: 1, ConMax: 1}

func TestColourJitter(t *testing.T) {
	src := []float32{0.5, 0.25, 0.5, 0.75, 0.25, 0.5} // [3, 1, 2]
	dst := make([]float32, 6)
	apply := func(j colourJitter) []float32 {
		j.Apply(dst, src, 1, 2, shares(0.5))
		return dst
	}
	if !near(apply(neutral), src, 1e-6) {
		t.Errorf("no change gives %v", dst)
	}
	grey := neutral
	grey.SatMin, grey.SatMax = 0, 0
	a := float32(0.299*0.5 + 0.587*0.5 + 0.114*0.25)
	b := float32(0.299*0.25 + 0.587*0.75 + 0.114*0.5)
	if !near(apply(grey), three(a, b), 1e-6) {
		t.Errorf("without saturation %v, want %v and %v", dst, a, b)
	}
	grey = neutral
	grey.Grey = 1
	if !near(apply(grey), three(a, b), 1e-6) {
		t.Errorf("grey %v, want %v and %v", dst, a, b)
	}
	flat := neutral
	flat.ConMin, flat.ConMax = 0, 0
	mean := float32(2.75 / 6)
	if !near(apply(flat), three(mean, mean), 1e-6) {
		t.Errorf("without contrast %v, want %v", dst, mean)
	}
	half := neutral
	half.ConMin, half.ConMax = 0.5, 0.5
	if want := mean + (0.5-mean)/2; math.Abs(float64(apply(half)[0]-want)) > 1e-6 {
		t.Errorf("half contrast %v, want %v", dst[0], want)
	}
	light := neutral
	light.Bright = 0.3
	light.Apply(dst, src, 1, 2, shares(0.5, 0.5, 0.5, 1-1./(1<<24), 0.5))
	if want := []float32{0.8, 0.55, 0.8, 1, 0.55, 0.8}; !near(dst, want, 1e-5) {
		t.Errorf("brighter %v, want %v", dst, want)
	}
}

func TestHueRotation(t *testing.T) {
	m := hueRotation(0)
	for i := range 3 {
		for k := range 3 {
			want := 0.0
			if i == k {
				want = 1
			}
			if math.Abs(float64(m[i][k])-want) > 1e-6 {
				t.Errorf("no rotation: [%d][%d] = %v", i, k, m[i][k])
			}
		}
	}
	// Grey has no chroma to turn, and luma stays under any angle.
	m = hueRotation(1.3)
	for i := range 3 {
		if s := m[i][0] + m[i][1] + m[i][2]; math.Abs(float64(s)-1) > 0.01 {
			t.Errorf("white turns to %v in channel %d", s, i)
		}
	}
	for k, luma := range []float64{0.299, 0.587, 0.114} {
		got := 0.299*float64(m[0][k]) + 0.587*float64(m[1][k]) + 0.114*float64(m[2][k])
		if math.Abs(got-luma) > 1e-6 {
			t.Errorf("luma of channel %d is %v, want %v", k, got, luma)
		}
	}
	// A full turn in two halves.
	h := hueRotation(math.Pi)
	for i := range 3 {
		for k := range 3 {
			got, want := float32(0), float32(0)
			for j := range 3 {
				got += h[i][j] * h[j][k]
			}
			if i == k {
				want = 1
			}
			if math.Abs(float64(got-want)) > 1e-5 {
				t.Errorf("two half turns: [%d][%d] = %v", i, k, got)
			}
		}
	}
}
