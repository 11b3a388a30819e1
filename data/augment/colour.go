package augment

import (
	"math"
	"math/rand/v2"
)

// colourJitter changes saturation, contrast, brightness and hue, in this
// order, and clamps the result to 0..1.
type colourJitter struct {
	// Grey is the probability that all colour is removed.
	Grey float32
	// SatMin and SatMax bound the factor of the distance from grey.
	SatMin, SatMax float32
	// ConMin and ConMax bound the factor of the distance from the image's
	// mean over pixels and channels.
	ConMin, ConMax float32
	// Bright bounds what is added, U(-Bright, Bright).
	Bright float32
	// Hue bounds the rotation, U(-Hue, Hue) radians, in the chroma plane of
	// the YIQ colour space.
	Hue float32
}

// Apply changes the colours; see operation. It takes random numbers for saturation, grey, contrast,
// brightness and hue, in this order.
func (j colourJitter) Apply(dst, src []float32, h, w int, rng *rand.Rand) {
	checkShape("colourJitter", dst, src, h, w)
	sat := uniform(rng, j.SatMin, j.SatMax)
	if rng.Float32() < j.Grey {
		sat = 0
	}
	con := uniform(rng, j.ConMin, j.ConMax)
	bright := uniform(rng, -j.Bright, j.Bright)
	m := hueRotation(uniform(rng, -j.Hue, j.Hue))

	n := h * w
	sum := 0.0
	for i := range n {
		r, g, b := src[i], src[n+i], src[2*n+i]
		grey := 0.299*r + 0.587*g + 0.114*b
		r, g, b = grey+(r-grey)*sat, grey+(g-grey)*sat, grey+(b-grey)*sat
		dst[i], dst[n+i], dst[2*n+i] = r, g, b
		sum += float64(r + g + b)
	}
	mean := float32(sum / float64(3*n))
	for i := range n {
		r := (dst[i]-mean)*con + mean + bright
		g := (dst[n+i]-mean)*con + mean + bright
		b := (dst[2*n+i]-mean)*con + mean + bright
		dst[i] = clamp01(m[0][0]*r + m[0][1]*g + m[0][2]*b)
		dst[n+i] = clamp01(m[1][0]*r + m[1][1]*g + m[1][2]*b)
		dst[2*n+i] = clamp01(m[2][0]*r + m[2][1]*g + m[2][2]*b)
	}
}

// toYIQ turns RGB into luma and two chroma axes; fromYIQ is its inverse.
var (
	toYIQ   = [3][3]float64{{0.299, 0.587, 0.114}, {0.596, -0.274, -0.322}, {0.211, -0.523, 0.312}}
	fromYIQ = inverse(toYIQ)
)

// hueRotation returns the RGB matrix that turns the chroma plane by angle.
func hueRotation(angle float32) [3][3]float32 {
	sin, cos := math.Sincos(float64(angle))
	turn := [3][3]float64{{1, 0, 0}, {0, cos, -sin}, {0, sin, cos}}
	m := product(fromYIQ, product(turn, toYIQ))
	var out [3][3]float32
	for i := range 3 {
		for k := range 3 {
			out[i][k] = float32(m[i][k])
		}
	}
	return out
}

// product returns the matrix a b.
func product(a, b [3][3]float64) (c [3][3]float64) {
	for i := range 3 {
		for j := range 3 {
			for k := range 3 {
				c[i][j] += float64(a[i][k] * b[k][j])
			}
		}
	}
	return c
}

// inverse returns the inverse of a regular matrix, by cofactors.
func inverse(m [3][3]float64) (inv [3][3]float64) {
	cof := func(i, j int) float64 { // indices modulo 3 carry the sign
		a, b, c, d := (i+1)%3, (i+2)%3, (j+1)%3, (j+2)%3
		return float64(m[a][c]*m[b][d]) - float64(m[a][d]*m[b][c])
	}
	det := 0.0
	for j := range 3 {
		det += float64(m[0][j] * cof(0, j))
	}
	for i := range 3 {
		for j := range 3 {
			inv[j][i] = cof(i, j) / det
		}
	}
	return inv
}
