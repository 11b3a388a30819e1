package jpeg

// The inverse DCT of Loeffler, Ligtenberg and Moschytz in fixed point, as
// libjpeg's "islow" does it: constants with 13 fractional bits, and 2 more bits
// between the passes. It is the arithmetic of libjpeg-turbo's kernels for
// amd64, which keep 16 bits of what goes into a product and saturate what comes
// out of a pass; values that a sound file holds never come near these limits.
const (
	f0541 = 4433  // 0.541196100
	f0765 = 6270  // 0.765366865
	f1847 = 15137 // 1.847759065
	f1175 = 9633  // 1.175875602
	f1961 = 16069 // 1.961570560
	f0390 = 3196  // 0.390180644
	f0298 = 2446  // 0.298631336
	f0899 = 7373  // 0.899976223
	f2053 = 16819 // 2.053119869
	f2562 = 20995 // 2.562915447
	f3072 = 25172 // 3.072711026
	f1501 = 12299 // 1.501321110

	pass1 = 11 // bits that the first pass drops
	pass2 = 18 // bits that the second pass drops
)

// idctGeneric writes the 8x8 samples of a block to the rows of dst, stride
// bytes apart. b are the coefficients in natural order, q their quantisers. It
// is the specification of the kernels.
func idctGeneric(dst []byte, stride int, b, q *[64]int16) {
	var w [64]int16
	if firstRowOnly(b) {
		// Each column is constant. These shifts do not saturate, the full
		// transform does.
		for x := range 8 {
			v := b[x] * q[x] << 2
			for y := range 8 {
				w[8*y+x] = v
			}
		}
	} else {
		for x := range 8 {
			var in, out [8]int16
			for y := range 8 {
				in[y] = b[8*y+x] * q[8*y+x]
			}
			transform(&out, &in, pass1)
			for y := range 8 {
				w[8*y+x] = out[y]
			}
		}
	}
	for y := range 8 {
		var out [8]int16
		transform(&out, (*[8]int16)(w[8*y:]), pass2)
		row := dst[y*stride:][:8]
		for x, v := range out {
			row[x] = byte(min(max(v, -128), 127) + 128)
		}
	}
}

// transform is the inverse DCT of eight values, less shift bits.
func transform(out, in *[8]int16, shift uint) {
	z2, z3 := int32(in[2]), int32(in[6])
	t2 := z2*f0541 + z3*(f0541-f1847)
	t3 := z2*(f0541+f0765) + z3*f0541
	t0 := int32(in[0]+in[4]) << 13
	t1 := int32(in[0]-in[4]) << 13
	t10, t13 := t0+t3, t0-t3
	t11, t12 := t1+t2, t1-t2

	i1, i3, i5, i7 := int32(in[1]), int32(in[3]), int32(in[5]), int32(in[7])
	z3, z4 := int32(in[7]+in[3]), int32(in[5]+in[1])
	z3, z4 = z3*(f1175-f1961)+z4*f1175, z3*f1175+z4*(f1175-f0390)
	t0 = i7*(f0298-f0899) - i1*f0899 + z3
	t1 = i5*(f2053-f2562) - i3*f2562 + z4
	t2 = i5*-f2562 + i3*(f3072-f2562) + z3
	t3 = i7*-f0899 + i1*(f1501-f0899) + z4

	round := int32(1) << (shift - 1)
	out[0] = saturate((t10 + t3 + round) >> shift)
	out[7] = saturate((t10 - t3 + round) >> shift)
	out[1] = saturate((t11 + t2 + round) >> shift)
	out[6] = saturate((t11 - t2 + round) >> shift)
	out[2] = saturate((t12 + t1 + round) >> shift)
	out[5] = saturate((t12 - t1 + round) >> shift)
	out[3] = saturate((t13 + t0 + round) >> shift)
	out[4] = saturate((t13 - t0 + round) >> shift)
}

// firstRowOnly reports whether the coefficients of all other rows are zero.
func firstRowOnly(b *[64]int16) bool {
	or := int16(0)
	for _, v := range b[8:] {
		or |= v
	}
	return or == 0
}

func saturate(v int32) int16 { return int16(min(max(v, -1<<15), 1<<15-1)) }
