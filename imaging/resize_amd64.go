package imaging

const haveAVX2 = true

// horizontalAVX2 computes one pixel in each of 4*groups rows: out is the pixel
// in the first row, rows are outStride bytes apart; in is the first pixel that
// it reads, inStride apart; low and high are the words of the weights, 4*quads
// each.
//
//	for y := range 4 * groups {
//		for c := range 3 {
//			sum := weightHalf
//			for i := range 4 * quads {
//				sum += in[y*inStride+3*i+c] * (high[i]<<lowBits + low[i])
//			}
//			out[y*outStride+c] = clip8(sum)
//		}
//	}
//
// It reads readAhead bytes from the first pixel of each quad.
//
//go:noescape
func horizontalAVX2(out *uint8, outStride int, in *uint8, inStride int, low, high *int16, quads, groups int)

// verticalAVX2 computes n values, a multiple of 16, of a row from as many rows
// as there are taps, stride bytes apart.
//
//	for x := range n {
//		sum := weightHalf
//		for i := range taps {
//			sum += in[i*stride+x] * weights[i]
//		}
//		out[x] = clip8(sum)
//	}
//
//go:noescape
func verticalAVX2(out, in *uint8, stride, n int, weights *int32, taps int)
