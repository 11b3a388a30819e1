package imaging

import "frontdoor/simd"

// useAVX2 says that the kernels for amd64 take the place of the Go functions
// that specify them. FRONTDOOR_SIMD=generic turns them off.
var useAVX2 = haveAVX2 && (simd.Kernel() == "avx2" || simd.Kernel() == "avx512")

const (
	// lowBits splits a weight into two words: weight = high<<lowBits + low.
	lowBits = 11
	// kernelRows is how many rows the horizontal kernel filters at once.
	kernelRows = 4
	// readAhead is how far behind the pixels of four taps the kernel reads.
	readAhead = 16
)

// horizontalRows filters the first rows of src with the kernel and returns how
// many: so many that what it reads behind a row is still part of the image. It
// takes a band of rows, which the caches hold, at a time.
func horizontalRows(dst, src *Image, t *taps) int {
	const band = 4 * kernelRows
	rows := (len(src.Pix) - readAhead) / (3 * src.W) / kernelRows * kernelRows
	if rows <= 0 {
		return 0
	}
	low, high, quads := t.words()
	for y := 0; y < rows; y += band {
		in, out := src.Pix[3*src.W*y:], dst.Pix[3*dst.W*y:]
		groups := min(rows-y, band) / kernelRows
		for x, lo := range t.lo {
			horizontalAVX2(&out[3*x], 3*dst.W, &in[3*lo], 3*src.W, &low[4*quads*x], &high[4*quads*x], (t.n[x]+3)/4, groups)
		}
	}
	return rows
}

// words returns the weights of each output as words, low and high part, filled
// up with zeros to quads of taps.
func (t *taps) words() (low, high []int16, quads int) {
	quads = (t.width + 3) / 4
	low, high = make([]int16, 4*quads*len(t.lo)), make([]int16, 4*quads*len(t.lo))
	for x := range t.lo {
		for i, k := range t.of(x) {
			low[4*quads*x+i] = int16(k & (1<<lowBits - 1))
			high[4*quads*x+i] = int16(k >> lowBits)
		}
	}
	return low, high, quads
}

// verticalRow computes the first values of a row with the kernel and returns
// how many.
func verticalRow(out, in []uint8, weights []int32) int {
	n := len(out) &^ 15
	if n > 0 {
		in = in[:len(out)*len(weights)]
		verticalAVX2(&out[0], &in[0], len(out), n, &weights[0], len(weights))
	}
	return n
}
