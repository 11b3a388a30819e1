package weights

import (
	"math"
	"math/rand/v2"
	"testing"
)

// float16Value is the definition of float16, in float64.
func float16Value(h uint16) float64 {
	exponent, fraction := int(h>>10&31), float64(h&0x3ff)
	var v float64
	switch {
	case exponent == 31 && fraction != 0:
		return math.NaN()
	case exponent == 31:
		v = math.Inf(1)
	case exponent == 0:
		v = math.Ldexp(fraction, -24)
	default:
		v = math.Ldexp(1024+fraction, exponent-25)
	}
	if h&0x8000 != 0 {
		return math.Copysign(v, -1)
	}
	return v
}

func TestFloat16WidensExactly(t *testing.T) {
	for i := range 1 << 16 {
		h := uint16(i)
		got, want := float64(float16ToFloat32(h)), float16Value(h)
		if math.Float64bits(got) != math.Float64bits(want) && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Fatalf("%#04x: got %v, want %v", h, got, want)
		}
		if back := float32ToFloat16(float16ToFloat32(h)); back != h {
			t.Fatalf("%#04x comes back as %#04x", h, back)
		}
	}
}

// Rounding is right everywhere if it is right at, just below and just above
// the middle of each two neighbours, and does not change between them.
func TestFloat16RoundsToNearestEven(t *testing.T) {
	for i := range 0x7c00 {
		low, high := uint16(i), uint16(i+1)
		lowValue, highValue := float16Value(low), float16Value(high)
		if high == 0x7c00 {
			highValue = 65536 // where the next number would be if the range went on
		}
		middle := float32((lowValue + highValue) / 2) // exact: float32 has 13 more bits
		even := low
		if low&1 == 1 {
			even = high
		}
		inf := float32(math.Inf(1))
		for _, c := range []struct {
			v    float32
			want uint16
		}{
			{float32(lowValue), low},
			{math.Nextafter32(middle, 0), low},
			{middle, even},
			{math.Nextafter32(middle, inf), high},
			{math.Nextafter32(float32(highValue), 0), high},
		} {
			if got := float32ToFloat16(c.v); got != c.want {
				t.Fatalf("%v: got %#04x, want %#04x", c.v, got, c.want)
			}
			if got := float32ToFloat16(-c.v); got != c.want|0x8000 {
				t.Fatalf("%v: got %#04x, want %#04x", -c.v, got, c.want|0x8000)
			}
		}
	}
}

func TestFloat16Extremes(t *testing.T) {
	for _, c := range []struct {
		bits uint32
		want uint16
	}{
		{0x00000000, 0x0000},
		{0x80000000, 0x8000},
		{0x00000001, 0x0000}, // the smallest float32
		{0x7f7fffff, 0x7c00}, // the largest
		{0xff7fffff, 0xfc00},
		{0x7f800000, 0x7c00},
		{0xff800000, 0xfc00},
		{0x7f800001, 0x7e00}, // a NaN whose payload does not fit
		{0x7fc00000, 0x7e00},
		{0xffc02000, 0xfe01},
	} {
		if got := float32ToFloat16(math.Float32frombits(c.bits)); got != c.want {
			t.Errorf("%#08x: got %#04x, want %#04x", c.bits, got, c.want)
		}
	}
}

func TestBFloat16(t *testing.T) {
	for i := range 1 << 16 {
		b := uint16(i)
		if got := math.Float32bits(bfloat16ToFloat32(b)); got != uint32(b)<<16 {
			t.Fatalf("%#04x: got %#08x", b, got)
		}
		if back := float32ToBFloat16(bfloat16ToFloat32(b)); back != b {
			t.Fatalf("%#04x comes back as %#04x", b, back)
		}
	}
	for i := range 0x7f80 { // every finite number and its upper neighbour
		low, tie := uint32(i)<<16, uint32(i)<<16|0x8000
		even := uint16(i + i&1)
		for _, c := range []struct {
			bits uint32
			want uint16
		}{{low | 0x7fff, uint16(i)}, {tie, even}, {tie + 1, uint16(i + 1)}} {
			if got := float32ToBFloat16(math.Float32frombits(c.bits)); got != c.want {
				t.Fatalf("%#08x: got %#04x, want %#04x", c.bits, got, c.want)
			}
		}
	}
	if got := float32ToBFloat16(math.Float32frombits(0x7f800001)); got != 0x7fc0 {
		t.Errorf("a NaN whose payload does not fit: got %#04x", got)
	}
}

func BenchmarkFloat16ToFloat32(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	values := make([]float32, 1<<20)
	for i := range values {
		values[i] = float32(rng.NormFloat64()) * 0.02
	}
	tensor := NewF16("t", []int{len(values)}, values)
	b.SetBytes(int64(len(values)) * 2)
	for b.Loop() {
		convert(values, tensor.DType, tensor.Data)
	}
}
