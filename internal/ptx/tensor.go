package ptx

import (
	"math"
	"math/bits"
)

// Arch describes the tensor cores of a generation: they add up Block products
// at a time, fewer of wider types, and keep Extra bits below the last of a
// binary32 number while they do.
type Arch struct {
	Name  string
	Block int // products of 16-bit types
	Extra int
}

// The generations, as published (arXiv 2512.07004, arXiv 2511.10909).
var (
	Volta  = Arch{"sm_70", 4, 0}
	Ampere = Arch{"sm_80", 8, 1}  // and Ada, sm_89
	Hopper = Arch{"sm_90", 16, 2} // and Blackwell, sm_100
)

// Dot adds the products of a and b to c as a tensor core does. The values must
// be exact in the input type of the instruction; wide says that it is tf32,
// half as many of which are added at once.
func (a Arch) Dot(x, y []float32, c float32, wide bool) float32 {
	dx, dy := make([]number, len(x)), make([]number, len(y))
	for i := range x {
		dx[i], dy[i] = decode(x[i]), decode(y[i])
	}
	return a.dot(dx, dy, c, wide)
}

func (a Arch) dot(x, y []number, c float32, wide bool) float32 {
	block := a.Block
	if wide {
		block /= 2
	}
	for len(x) > 0 {
		n := min(block, len(x))
		c = a.block(x[:n], y[:n], c)
		x, y = x[n:], y[n:]
	}
	return c
}

// number is a value and its exponent, that of the leading bit of a normal number.
type number struct {
	exp int32
	val float64
}

// Exponents that no number has; sums with them stay apart from sums of others.
const (
	special = 1 << 14      // of infinities and NaNs
	nothing = -special / 4 // of zero
)

// decode takes a number apart. A subnormal number has the exponent of the
// smallest normal one.
func decode(x float32) number {
	n := number{int32(math.Float32bits(x)>>23&255) - 127, float64(x)}
	switch {
	case x == 0:
		n.exp = nothing
	case n.exp == 128:
		n.exp = special
	case n.exp == -127:
		n.exp = -126
	}
	return n
}

// block adds a block of products to c. Products and c are aligned to the largest
// exponent among them, which for a product is the sum of its factors'
// exponents; what lies below the last bit kept is dropped; the sum is exact, and
// is cut to binary32. The products are exact in float64.
func (a Arch) block(x, y []number, c float32) float32 {
	dc := decode(c)
	top := dc.exp
	y = y[:len(x)]
	for i := range x {
		top = max(top, x[i].exp+y[i].exp)
	}
	switch {
	case top > special/2:
		return specials(x, y, dc)
	case top <= nothing/2:
		return 0
	}
	last := top - int32(23+a.Extra) // exponent of the last bit kept
	scale := math.Float64frombits(uint64(1023-last) << 52)
	sum := int64(dc.val * scale)
	for i := range x {
		sum += int64(x[i].val * y[i].val * scale)
	}
	return cut(sum, last)
}

// cut is sum · 2^exp as a binary32 number. What is too small for it is dropped.
func cut(sum int64, exp int32) float32 {
	if sum == 0 {
		return 0
	}
	sign := uint32(0)
	mag := uint64(sum)
	if sum < 0 {
		sign, mag = 1<<31, uint64(-sum)
	}
	length := int32(bits.Len64(mag))
	e := exp + length - 1 // of the leading bit
	switch {
	case e > 127:
		return math.Float32frombits(sign | 0x7f800000)
	case e < -126 && exp > -149: // in whole multiples of 2^-149
		return math.Float32frombits(sign | uint32(mag<<uint(exp+149)))
	case e < -126:
		return math.Float32frombits(sign | uint32(mag>>uint(min(63, -149-exp))))
	case length > 24:
		mag >>= uint(length - 24)
	default:
		mag <<= uint(24 - length)
	}
	return math.Float32frombits(sign | uint32(e+127)<<23 | uint32(mag)&(1<<23-1))
}

// specials is a block with an infinity or a NaN in it.
func specials(x, y []number, c number) float32 {
	s := 0.0
	if c.exp == special {
		s = c.val
	}
	for i := range x {
		if x[i].exp == special || y[i].exp == special {
			s += x[i].val * y[i].val
		}
	}
	if s != s {
		return math.Float32frombits(0x7fffffff)
	}
	return float32(s)
}
