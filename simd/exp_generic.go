package simd

import "math"

// The exponential: with n = round(x / ln 2) and r = x - n ln 2, in which
// |r| <= ln 2 / 2, eˣ = 2ⁿ eʳ. For eʳ - 1 - r a polynomial is enough. ln 2 is
// subtracted in two parts: the first has so few bits that n times it is exact.
const (
	expLow  = -104 // e^-104 rounds to 0
	expHigh = 89   // e^89 rounds to +Inf
	log2e   = 1.44269504088896341
	ln2Hi   = 0.693359375
	ln2Lo   = -2.12194440e-4
	expC2   = 5.0000001201e-1
	expC3   = 1.6666665459e-1
	expC4   = 4.1665795894e-2
	expC5   = 8.3334519073e-3
	expC6   = 1.3981999507e-3
	expC7   = 1.9875691500e-4
)

// expGeneric returns eˣ. The conversions keep the compiler from fusing
// products and sums, so that every processor computes the same bits.
func expGeneric(x float32) float32 {
	if x != x {
		return x
	}
	x = min(max(x, expLow), expHigh)
	n := float32(math.RoundToEven(float64(float32(x * log2e))))
	r := x - float32(n*ln2Hi)
	r -= float32(n * ln2Lo)
	q := float32(expC7)
	for _, c := range [...]float32{expC6, expC5, expC4, expC3, expC2} {
		q = float32(q*r) + c
	}
	y := float32(float32(q*r)*r) + r + 1
	// 2ⁿ in two factors: one alone overflows or underflows before y 2ⁿ does.
	half := int32(n) >> 1
	return y * power2(half) * power2(int32(n)-half)
}

// power2 returns 2ⁿ, exactly, for normal results.
func power2(n int32) float32 { return math.Float32frombits(uint32(n+127) << 23) }

// expSumGeneric computes dst = e^((x - shift) scale) and returns its sum.
func expSumGeneric(dst, src []float32, shift, scale float32) float32 {
	var s float64
	for i, x := range src {
		y := expGeneric((x - shift) * scale)
		dst[i] = y
		s += float64(y)
	}
	return float32(s)
}

// softmaxGradGeneric computes dx = y (dy - dot) scale.
func softmaxGradGeneric(dx, y, dy []float32, dot, scale float32) {
	for i, v := range y {
		dx[i] = v * (dy[i] - dot) * scale
	}
}

func sigmoidGeneric(z float32) float32 { return 1 / (1 + expGeneric(-sigmoidSlope*z)) }

func quickGELUGeneric(dst, src []float32) {
	for i, z := range src {
		dst[i] = z / (1 + expGeneric(-sigmoidSlope*z))
	}
}

func quickGELUGradGeneric(dx, dy, z []float32) {
	for i, v := range z {
		s := sigmoidGeneric(v)
		dx[i] = dy[i] * (s + float32(float32(sigmoidSlope*v)*float32(s*(1-s))))
	}
}
