package augment

import "math/rand/v2"

// blurNoise mixes the image with a blurred copy, by a share U(0, 1), and adds
// Gaussian noise of a standard deviation U(0, MaxNoise); the result is clamped
// to 0..1. The blur is the 5x5 binomial filter with a mirrored border.
type blurNoise struct {
	MaxNoise float32
}

// Apply blurs and adds noise; see operation. It takes random numbers for the share, the deviation, and a
// normal number for each value.
func (b blurNoise) Apply(dst, src []float32, h, w int, rng *rand.Rand) {
	checkShape("blurNoise", dst, src, h, w)
	share := rng.Float32()
	sigma := b.MaxNoise * rng.Float32()
	tmp := buffer(3 * h * w)
	defer scratch.Put(tmp)
	blurRows(*tmp, src, w)
	blurColumns(dst, *tmp, h, w)
	for i, x := range src {
		x += share * (dst[i] - x)
		dst[i] = clamp01(x + sigma*float32(rng.NormFloat64()))
	}
}

// binomial is the row 1 4 6 4 1 of Pascal's triangle, as weights.
var binomial = [5]float32{1. / 16, 4. / 16, 6. / 16, 4. / 16, 1. / 16}

// blurRows filters along each row of a tensor whose rows have w values.
func blurRows(dst, src []float32, w int) {
	for at := 0; at < len(src); at += w {
		in, out := src[at:at+w], dst[at:at+w]
		for x := range out {
			sum := float32(0)
			for k, weight := range binomial {
				sum += weight * in[mirror(x+k-2, w)]
			}
			out[x] = sum
		}
	}
}

// blurColumns filters down each column of a tensor [3, h, w].
func blurColumns(dst, src []float32, h, w int) {
	for c := range 3 {
		in, out := src[c*h*w:], dst[c*h*w:]
		for y := range h {
			row := out[y*w : (y+1)*w]
			clear(row)
			for k, weight := range binomial {
				from := mirror(y+k-2, h) * w
				for x, v := range in[from : from+w] {
					row[x] += weight * v
				}
			}
		}
	}
}

// mirror folds an index into 0..n-1; the outermost pixels are not repeated.
func mirror(i, n int) int {
	if n == 1 {
		return 0
	}
	for i < 0 || i >= n {
		if i < 0 {
			i = -i
		} else {
			i = 2*(n-1) - i
		}
	}
	return i
}
