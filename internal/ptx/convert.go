package ptx

import "math"

// Conversions, and moves between registers of different widths.
func init() {
	op1("cvt.u64.u32", func(a uint64) uint64 { return uint64(uint32(a)) })
	op1("cvt.s64.s32", func(a uint64) uint64 { return uint64(int64(int32(a))) })
	op1("cvt.u32.u64", func(a uint64) uint64 { return uint64(uint32(a)) })
	op1("cvta.to.global.u64", func(a uint64) uint64 { return a })
	op1("cvt.rn.f32.s32", func(a uint64) uint64 { return fbits(float32(int32(a))) })
	op1("cvt.rn.f32.u32", func(a uint64) uint64 { return fbits(float32(uint32(a))) })
	op1("cvt.rzi.s32.f32", func(a uint64) uint64 { return s32(toInt32(float64(f32(a)))) })
	op1("cvt.rn.f16.f32", func(a uint64) uint64 { return uint64(ToHalf(f32(a))) })
	op1("cvt.f32.f16", func(a uint64) uint64 { return fbits(FromHalf(uint16(a))) })
	op2("cvt.rn.f16x2.f32", func(a, b uint64) uint64 { return uint64(ToHalf(f32(a)))<<16 | uint64(ToHalf(f32(b))) })
	move := instructions["mov.b32"]
	instructions["mov.b32"] = func(c *compiler) run {
		switch {
		case len(c.in.args) == 2 && c.in.args[0].kind == vector:
			return c.unpack()
		case len(c.in.args) == 2 && c.in.args[1].kind == vector:
			return c.pack()
		}
		return move(c)
	}
}

// unpack is mov.b32 {lo, hi}, a with 16-bit registers.
func (c *compiler) unpack() run {
	d, a := c.targets(0, 2), c.source(1)
	return func(w *warp, lanes uint32) {
		each(lanes, func(l int) {
			x := w.reg[a][l]
			w.reg[d[0]][l], w.reg[d[1]][l] = x&0xffff, x>>16&0xffff
		})
	}
}

// pack is mov.b32 d, {lo, hi}.
func (c *compiler) pack() run {
	d, a := c.target(0), c.sources(1, 2)
	return func(w *warp, lanes uint32) {
		each(lanes, func(l int) { w.reg[d][l] = w.reg[a[0]][l]&0xffff | w.reg[a[1]][l]&0xffff<<16 })
	}
}

// toInt32 truncates, and stops at the ends of the range; NaN becomes 0.
func toInt32(x float64) int32 {
	switch {
	case x != x:
		return 0
	case x >= math.MaxInt32:
		return math.MaxInt32
	case x <= math.MinInt32:
		return math.MinInt32
	}
	return int32(x)
}

// ToHalf rounds to IEEE binary16, to nearest and ties to even.
func ToHalf(x float32) uint16 {
	b := math.Float32bits(x)
	sign := uint16(b >> 16 & 0x8000)
	b &= 1<<31 - 1
	switch {
	case b > 0x7f800000:
		return 0x7fff // the NaN of cvt
	case b >= 0x47800000: // 2^16 and more
		return sign | 0x7c00
	case b < 0x38800000: // below 2^-14: whole multiples of 2^-24
		return sign | uint16(math.RoundToEven(float64(math.Float32frombits(b))*0x1p24))
	}
	b += 0xfff + b>>13&1 // may carry into the exponent, up to infinity
	return sign | uint16(b>>13-(127-15)<<10)
}

// FromHalf returns the value of a binary16 number.
func FromHalf(h uint16) float32 {
	sign, exp, frac := uint32(h&0x8000)<<16, uint32(h>>10&31), uint32(h&0x3ff)
	switch exp {
	case 0:
		return math.Float32frombits(sign | math.Float32bits(float32(frac)*0x1p-24))
	case 31:
		return math.Float32frombits(sign | 0x7f800000 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+127-15)<<23 | frac<<13)
}
