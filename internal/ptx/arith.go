package ptx

import (
	"math"
	"math/bits"
)

func f32(x uint64) float32   { return math.Float32frombits(uint32(x)) }
func fbits(x float32) uint64 { return uint64(math.Float32bits(x)) }
func u32(x uint32) uint64    { return uint64(x) }
func s32(x int32) uint64     { return uint64(uint32(x)) }

// Whole numbers.
func init() {
	for _, t := range []string{"u32", "s32", "b32"} {
		op2("add."+t, func(a, b uint64) uint64 { return u32(uint32(a) + uint32(b)) })
		op2("sub."+t, func(a, b uint64) uint64 { return u32(uint32(a) - uint32(b)) })
		op2("mul.lo."+t, func(a, b uint64) uint64 { return u32(uint32(a) * uint32(b)) })
		op3("mad.lo."+t, func(a, b, c uint64) uint64 { return u32(uint32(a)*uint32(b) + uint32(c)) })
		op1("mov."+t, func(a uint64) uint64 { return u32(uint32(a)) })
	}
	for _, t := range []string{"u64", "s64", "b64"} {
		op2("mul.lo."+t, func(a, b uint64) uint64 { return a * b })
		op2("add."+t, func(a, b uint64) uint64 { return a + b })
		op2("sub."+t, func(a, b uint64) uint64 { return a - b })
		op1("mov."+t, func(a uint64) uint64 { return a })
	}
	for _, cmp := range []string{"eq", "ne"} {
		instructions["setp."+cmp+".u64"] = compare(func(a, b uint64) bool { return (a == b) == (cmp == "eq") })
	}
	op1("mov.f32", func(a uint64) uint64 { return u32(uint32(a)) })
	op2("mul.wide.u32", func(a, b uint64) uint64 { return uint64(uint32(a)) * uint64(uint32(b)) })
	op2("mul.wide.s32", func(a, b uint64) uint64 { return uint64(int64(int32(a)) * int64(int32(b))) })
	op3("mad.wide.u32", func(a, b, c uint64) uint64 { return uint64(uint32(a))*uint64(uint32(b)) + c })
	op3("mad.wide.s32", func(a, b, c uint64) uint64 { return uint64(int64(int32(a))*int64(int32(b))) + c })
	op2("min.s32", func(a, b uint64) uint64 { return s32(min(int32(a), int32(b))) })
	op2("max.s32", func(a, b uint64) uint64 { return s32(max(int32(a), int32(b))) })
	op2("min.u32", func(a, b uint64) uint64 { return u32(min(uint32(a), uint32(b))) })
	op2("max.u32", func(a, b uint64) uint64 { return u32(max(uint32(a), uint32(b))) })
	op1("neg.s32", func(a uint64) uint64 { return s32(-int32(a)) })
	op2("div.u32", func(a, b uint64) uint64 {
		if uint32(b) == 0 {
			return math.MaxUint32
		}
		return u32(uint32(a) / uint32(b))
	})
	op2("rem.u32", func(a, b uint64) uint64 {
		if uint32(b) == 0 {
			return u32(uint32(a))
		}
		return u32(uint32(a) % uint32(b))
	})
	op2("and.b32", func(a, b uint64) uint64 { return u32(uint32(a & b)) })
	op2("or.b32", func(a, b uint64) uint64 { return u32(uint32(a | b)) })
	op2("xor.b32", func(a, b uint64) uint64 { return u32(uint32(a ^ b)) })
	op1("not.b32", func(a uint64) uint64 { return u32(^uint32(a)) })
	op2("shl.b32", func(a, b uint64) uint64 { return u32(uint32(a) << min(uint32(b), 32)) })
	op2("shr.u32", func(a, b uint64) uint64 { return u32(uint32(a) >> min(uint32(b), 32)) })
	op2("shr.b32", func(a, b uint64) uint64 { return u32(uint32(a) >> min(uint32(b), 32)) })
	op2("shr.s32", func(a, b uint64) uint64 { return s32(int32(a) >> min(uint32(b), 31)) })
	op2("shl.b64", func(a, b uint64) uint64 { return a << min(uint32(b), 64) })
	op1("clz.b32", func(a uint64) uint64 { return uint64(bits.LeadingZeros32(uint32(a))) })
}

// Floats, rounded once to the nearest. The conversions to float32 keep the
// compiler from fusing.
func init() {
	for _, r := range []string{"", ".rn"} {
		op2("add"+r+".f32", func(a, b uint64) uint64 { return fbits(f32(a) + f32(b)) })
		op2("sub"+r+".f32", func(a, b uint64) uint64 { return fbits(f32(a) - f32(b)) })
		op2("mul"+r+".f32", func(a, b uint64) uint64 { return fbits(float32(f32(a) * f32(b))) })
	}
	op3("fma.rn.f32", func(a, b, c uint64) uint64 { return fbits(fma(f32(a), f32(b), f32(c))) })
	op2("div.rn.f32", func(a, b uint64) uint64 { return fbits(f32(a) / f32(b)) })
	op1("rcp.rn.f32", func(a uint64) uint64 { return fbits(1 / f32(a)) })
	op1("sqrt.rn.f32", func(a uint64) uint64 { return fbits(float32(math.Sqrt(float64(f32(a))))) })
	op1("neg.f32", func(a uint64) uint64 { return u32(uint32(a) ^ 1<<31) })
	op1("abs.f32", func(a uint64) uint64 { return u32(uint32(a) &^ (1 << 31)) })
	op2("max.f32", func(a, b uint64) uint64 { return fbits(pick(f32(a), f32(b), 1)) })
	op2("min.f32", func(a, b uint64) uint64 { return fbits(pick(f32(a), f32(b), -1)) })
	op1("ex2.approx.ftz.f32", func(a uint64) uint64 {
		x := f32(a)
		y := f32(approximate(uint32(a), math.Exp2(float64(x)), 0x1p-22))
		if y < 0x1p-126 { // subnormal results are flushed
			y = 0
		}
		return fbits(y)
	})
	op1("rsqrt.approx.ftz.f32", func(a uint64) uint64 {
		return approximate(uint32(a), 1/math.Sqrt(float64(f32(a))), 0x1.2p-23)
	})
}

// pick is max (sign 1) or min (sign -1), which return the other operand of a
// NaN.
func pick(a, b, sign float32) float32 {
	switch {
	case a != a:
		return b
	case b != b:
		return a
	case (a-b)*sign > 0 || a == b && math.Signbit(float64(b)) == (sign > 0):
		return a
	}
	return b
}

// approximate rounds y after an error within the bound, which is relative and
// the same for the same argument.
func approximate(arg uint32, y, bound float64) uint64 {
	h := (arg ^ arg>>15) * 0x2c1b3c6d
	h = (h ^ h>>12) * 0x297a2d39
	h ^= h >> 15
	return fbits(float32(y * (1 + bound*(float64(h)/math.MaxUint32*2-1))))
}

// fma is a b + c, rounded once. The product is exact in float64. A sum that is not
// may be rounded once more unless it is halfway between two floats; then, and
// where those lie closer, it is rounded to odd first, so that the second rounding
// has the last word.
func fma(a, b, c float32) float32 {
	p, z := float64(a)*float64(b), float64(c)
	s := p + z
	if bits := math.Float64bits(s); bits&(1<<29-1) != 1<<28 && bits<<1>>53 >= 1023-126 {
		return float32(s)
	}
	t := s - p
	e := (p - (s - t)) + (z - t) // the sum's error, exactly
	if e != 0 && e-e == 0 && math.Float64bits(s)&1 == 0 {
		if (e > 0) == (s > 0) {
			s = math.Float64frombits(math.Float64bits(s) + 1)
		} else {
			s = math.Float64frombits(math.Float64bits(s) - 1)
		}
	}
	return float32(s)
}

// Comparisons and choices.
func init() {
	for _, t := range []string{"u32", "s32", "b32", "f32"} {
		for _, op := range []string{"eq", "ne", "lt", "le", "gt", "ge"} {
			instructions["setp."+op+"."+t] = compare(comparison(op, t))
		}
		ternarySelect("selp." + t)
	}
	ternarySelect("selp.b64")
	ternarySelect("selp.u64")
	for _, op := range []string{"and", "or"} {
		instructions[op+".pred"] = func(c *compiler) run {
			c.arguments(3)
			d, a, b := c.predicate(0), c.predicate(1), c.predicate(2)
			return func(w *warp, lanes uint32) {
				w.needsPredicate(a, lanes)
				w.needsPredicate(b, lanes)
				both := w.pred[a] & w.pred[b]
				if op == "or" {
					both = w.pred[a] | w.pred[b]
				}
				w.setPredicate(d, lanes, both)
			}
		}
	}
	instructions["not.pred"] = func(c *compiler) run {
		c.arguments(2)
		d, a := c.predicate(0), c.predicate(1)
		return func(w *warp, lanes uint32) {
			w.needsPredicate(a, lanes)
			w.setPredicate(d, lanes, ^w.pred[a])
		}
	}
}

func compare(holds func(a, b uint64) bool) func(c *compiler) run {
	return func(c *compiler) run {
		c.arguments(3)
		p, a, b := c.predicate(0), c.source(1), c.source(2)
		return func(w *warp, lanes uint32) {
			ra, rb := &w.reg[a], &w.reg[b]
			var yes uint32
			for l := range ra {
				if lanes>>l&1 != 0 && holds(ra[l], rb[l]) {
					yes |= 1 << l
				}
			}
			w.setPredicate(p, lanes, yes)
		}
	}
}

// comparison returns what setp computes. Comparisons with NaN are false; setp.ne
// on floats is, too, as PTX's ordered comparisons are.
func comparison(op, typ string) func(a, b uint64) bool {
	order := func(a, b uint64) int { // -1, 0, 1, or 2 if there is none
		switch typ {
		case "s32":
			a, b = uint64(int64(int32(a)))+1<<63, uint64(int64(int32(b)))+1<<63
		case "f32":
			x, y := f32(a), f32(b)
			switch {
			case x != x || y != y:
				return 2
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		default:
			a, b = uint64(uint32(a)), uint64(uint32(b))
		}
		switch {
		case a < b:
			return -1
		case a > b:
			return 1
		}
		return 0
	}
	switch op {
	case "eq":
		return func(a, b uint64) bool { return order(a, b) == 0 }
	case "ne":
		return func(a, b uint64) bool { o := order(a, b); return o == -1 || o == 1 }
	case "lt":
		return func(a, b uint64) bool { return order(a, b) == -1 }
	case "le":
		return func(a, b uint64) bool { o := order(a, b); return o == -1 || o == 0 }
	case "gt":
		return func(a, b uint64) bool { return order(a, b) == 1 }
	default:
		return func(a, b uint64) bool { o := order(a, b); return o == 0 || o == 1 }
	}
}

func ternarySelect(name string) {
	instructions[name] = func(c *compiler) run {
		c.arguments(4)
		d, a, b, p := c.target(0), c.source(1), c.source(2), c.predicate(3)
		return func(w *warp, lanes uint32) {
			w.needsPredicate(p, lanes)
			rd, ra, rb := &w.reg[d], &w.reg[a], &w.reg[b]
			for l := range rd {
				if lanes>>l&1 == 0 {
					continue
				}
				if w.pred[p]>>l&1 != 0 {
					rd[l] = ra[l]
				} else {
					rd[l] = rb[l]
				}
			}
		}
	}
}
