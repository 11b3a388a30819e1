package weights

import "math"

// The two 16-bit formats. Float16 has 1 sign bit, 5 exponent bits and 10
// fraction bits; bfloat16 is the upper half of a float32: 1, 8 and 7. Both are
// widened exactly. Narrowing rounds to nearest, and ties to the even fraction;
// what is too large becomes infinite, and NaN stays NaN.

// float16ToFloat32 widens a float16. Nearly all numbers are normal, and for
// them it is small enough to be inlined: the fraction and the exponent move
// up, the extended sign keeps its highest bit only, and the exponent's bias
// goes from 15 to 127.
func float16ToFloat32(h uint16) float32 {
	if h&0x7c00-0x0400 < 0x7800 { // the exponent is neither the least nor the largest
		return math.Float32frombits(uint32(int16(h))<<13&0x8fffe000 + (127-15)<<23)
	}
	return rareFloat16ToFloat32(h)
}

// rareFloat16ToFloat32 widens infinities and NaNs, whose payload is kept, and
// zeros and subnormals, which are so many times 2^-24.
func rareFloat16ToFloat32(h uint16) float32 {
	if h&0x7c00 != 0 { // the largest exponent stays the largest
		return math.Float32frombits(uint32(int16(h))<<13 | 0x7f800000)
	}
	v := math.Float32bits(float32(h&0x3ff) * 0x1p-24)
	return math.Float32frombits(v | uint32(h&0x8000)<<16)
}

// float32ToFloat16 narrows a float32.
func float32ToFloat16(f float32) uint16 {
	bits := math.Float32bits(f)
	sign := uint16(bits >> 16 & 0x8000)
	rest := bits & 0x7fffffff
	switch {
	case rest > 0x7f800000:
		payload := uint16(rest >> 13 & 0x3ff)
		if payload == 0 { // all of it was in the bits that are cut off
			payload = 0x200
		}
		return sign | 0x7c00 | payload
	case rest >= 0x47800000: // 2^16 and above; from 65520 on rounding gets there too
		return sign | 0x7c00
	case rest >= 0x38800000: // 2^-14 and above: normal
		return sign | uint16(roundOff(rest-(127-15)<<23, 13))
	case rest < 0x33000000: // below 2^-25, half of the smallest subnormal
		return sign
	}
	// Subnormal: count in units of 2^-24. A carry out of the fraction makes the
	// smallest normal number, as it should.
	exponent := rest >> 23
	fraction := rest&0x7fffff | 0x800000
	return sign | uint16(roundOff(fraction, 126-exponent))
}

// roundOff drops the n lowest bits, rounding to nearest and ties to even.
func roundOff(bits, n uint32) uint32 {
	half := uint32(1) << (n - 1)
	odd := bits >> n & 1
	return (bits + half - 1 + odd) >> n
}

// bfloat16ToFloat32 widens a bfloat16.
func bfloat16ToFloat32(b uint16) float32 {
	return math.Float32frombits(uint32(b) << 16)
}

// float32ToBFloat16 narrows a float32.
func float32ToBFloat16(f float32) uint16 {
	bits := math.Float32bits(f)
	if bits&0x7fffffff > 0x7f800000 {
		high := uint16(bits >> 16)
		if high&0x7f == 0 {
			high |= 0x40
		}
		return high
	}
	return uint16(roundOff(bits, 16))
}
