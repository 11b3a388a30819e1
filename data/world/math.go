package world

import "math"

// The renderer calls a sine or a normal variate several times for each pixel.
// Both come from tables: an error below 1e-5 is invisible in 8 bits, and a
// table is several times faster than the library function.

const sineSteps = 1024 // of a full turn; a power of two, so that wrapping is a mask

// sines holds one more entry than a turn so that interpolation needs no wrap.
var sines = func() (t [sineSteps + 1]float32) {
	for i := range t {
		t[i] = float32(math.Sin(2 * math.Pi * float64(i) / sineSteps))
	}
	return t
}()

// sin returns the sine of x in radians, for |x| below about a thousand.
func sin(x float32) float32 {
	t := x * (sineSteps / (2 * math.Pi))
	whole := floor(t)
	i := int(whole) & (sineSteps - 1)
	return sines[i] + (t-whole)*(sines[i+1]-sines[i])
}

func cos(x float32) float32 { return sin(x + math.Pi/2) }

const normalSteps = 2048

// normals holds the quantiles of the standard normal distribution at
// (i + 1/2)/normalSteps, rescaled to unit variance: a uniform index gives a
// normal variate.
var normals = func() (t [normalSteps]float32) {
	sum := 0.0
	var q [normalSteps]float64
	for i := range q {
		q[i] = math.Sqrt2 * math.Erfinv(2*(float64(i)+.5)/normalSteps-1)
		sum += q[i] * q[i]
	}
	for i := range q {
		t[i] = float32(q[i] / math.Sqrt(sum/normalSteps))
	}
	return t
}()

// hash is the output function of SplitMix64: it turns a counter into 64 bits
// that are as good as independent. Noise made from (seed, pixel number) does not depend
// on random numbers taken before, so changing one factor changes no noise.
func hash(x uint64) uint64 {
	x *= 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// unit turns 64 random bits into a number in [0, 1).
func unit(bits uint64) float32 { return float32(bits>>40) / (1 << 24) }

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

func hypot(x, y float32) float32 { return sqrt(x*x + y*y) }

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }

// clamp limits x to [0, 1].
func clamp(x float32) float32 { return min(max(x, 0), 1) }

// frac returns the part of x after the decimal point, in [0, 1).
func frac(x float32) float32 { return x - floor(x) }

func floor(x float32) float32 {
	i := float32(int32(x))
	if i > x {
		i--
	}
	return i
}
