package ptx

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// fma rounds once: sums near the middle between two floats show it.
func TestFMARoundsOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	special := []float32{0, float32(math.Copysign(0, -1)), 1, -1, math.SmallestNonzeroFloat32, 0x1p-126, math.MaxFloat32, 1 + 0x1p-23}
	number := func() float32 {
		if rng.IntN(8) == 0 {
			return special[rng.IntN(len(special))]
		}
		return math.Float32frombits(rng.Uint32()&0x807fffff | uint32(60+rng.IntN(130))<<23)
	}
	for range 200000 {
		a, b, c := number(), number(), number()
		if rng.IntN(2) == 0 { // half a unit away from the product
			p := a * b
			c = p * 0x1p-24 * (1 + float32(rng.IntN(3))*0x1p-23)
		}
		exact := new(big.Float).SetPrec(2000)
		exact.Mul(big.NewFloat(float64(a)), big.NewFloat(float64(b)))
		exact.Add(exact, big.NewFloat(float64(c)))
		if want, _ := exact.Float32(); fma(a, b, c) != want {
			t.Fatalf("fma(%x, %x, %x) = %x, want %x", a, b, c, fma(a, b, c), want)
		}
	}
	inf := float32(math.Inf(1))
	if got := fma(inf, 1, 1); got != inf {
		t.Errorf("fma(inf, 1, 1) = %v", got)
	}
	if got := fma(inf, 0, 1); got == got {
		t.Errorf("fma(inf, 0, 1) = %v", got)
	}
}

// All halves come back; floats go to the nearest, to the even one if two are.
func TestHalf(t *testing.T) {
	for h := range 1 << 16 {
		x := FromHalf(uint16(h))
		if x != x {
			continue
		}
		if got := ToHalf(x); got != uint16(h) {
			t.Fatalf("half %04x is %v and comes back as %04x", h, x, got)
		}
		next := FromHalf(uint16(h + 1))
		if h&0x7fff >= 0x7bff || next != next {
			continue
		}
		even := uint16(h + h&1)
		if got := ToHalf((x + next) / 2); got != even {
			t.Fatalf("the middle of %04x and the next is %04x, want %04x", h, got, even)
		}
	}
	for x, want := range map[float32]uint16{65519: 0x7bff, 65520: 0x7c00, -1e9: 0xfc00, 1e-9: 0, 0x1p-25: 0, 0x1.8p-25: 1} {
		if got := ToHalf(x); got != want {
			t.Errorf("ToHalf(%g) = %04x, want %04x", x, got, want)
		}
	}
}

// A machine that imitates another generation gives other bits: the recorded
// results do tell the generations apart.
func TestGenerationsDiffer(t *testing.T) {
	x, y := make([]float32, 16), make([]float32, 16)
	for i := range x {
		x[i], y[i] = 1, 0.5
	}
	x[15], y[15] = 0x1p12, 0x1p12
	if v, a, h := Volta.Dot(x, y, 0x1p-1, false), Ampere.Dot(x, y, 0x1p-1, false), Hopper.Dot(x, y, 0x1p-1, false); v == a || a == h {
		t.Errorf("%v %v %v", v, a, h)
	}
}

// Comparisons with NaN are false, minimum and maximum ignore it.
func TestNaN(t *testing.T) {
	nan := math.Float32bits(float32(math.NaN()))
	for _, op := range []string{"eq", "ne", "lt", "le", "gt", "ge"} {
		if comparison(op, "f32")(uint64(nan), fbits(1)) {
			t.Errorf("setp.%s.f32 holds for NaN", op)
		}
	}
	if got := pick(f32(uint64(nan)), 2, 1); got != 2 {
		t.Errorf("max(NaN, 2) = %v", got)
	}
}
