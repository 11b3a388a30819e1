package weights

import (
	"encoding/binary"
	"math"
	"sync/atomic"

	"frontdoor/internal/parallel"
)

// Finite says whether every number is finite as a float32, which it becomes
// when a model is loaded: none is infinite or NaN, and no float64 is beyond
// the range. One such weight makes every result NaN. Integers are finite.
func (t Tensor) Finite() bool {
	lane, ok := lanes[t.DType]
	if !ok && t.DType != F64 {
		return true
	}
	any := lane.any
	if t.DType == F64 {
		any = anyBeyondFloat32
	}
	var found atomic.Bool
	words := (len(t.Data) + 7) / 8
	parallel.For(words, 1<<17, func(lo, hi int) {
		if !found.Load() && any(t.Data[8*lo:min(8*hi, len(t.Data))]) {
			found.Store(true)
		}
	})
	return !found.Load()
}

// anyBeyondFloat32 says whether a float64 rounds to an infinite float32 or is
// NaN.
func anyBeyondFloat32(data []byte) bool {
	for ; len(data) >= 8; data = data[8:] {
		v := math.Float64frombits(binary.LittleEndian.Uint64(data))
		if x := float32(v); x-x != 0 {
			return true
		}
	}
	return false
}

// lanesOf describes the numbers in a word of 64 bits: the bits of their
// exponents, and the lowest of them. What is not finite has an exponent of
// ones only, and adding the lowest bit to it, without sign and fraction,
// carries into the place of the sign.
type lanesOf struct{ exponent, lowest, sign uint64 }

var lanes = map[DType]lanesOf{
	F32:  {0x7f8000007f800000, 0x0080000000800000, 1<<63 | 1<<31},
	F16:  {0x7c007c007c007c00, 0x0400040004000400, 1<<63 | 1<<47 | 1<<31 | 1<<15},
	BF16: {0x7f807f807f807f80, 0x0080008000800080, 1<<63 | 1<<47 | 1<<31 | 1<<15},
}

// any says whether one of the numbers is not finite.
func (l lanesOf) any(data []byte) bool {
	var carried uint64
	for len(data) >= 8 {
		carried |= binary.LittleEndian.Uint64(data)&l.exponent + l.lowest
		data = data[8:]
	}
	var last [8]byte // zeros are finite
	copy(last[:], data)
	carried |= binary.LittleEndian.Uint64(last[:])&l.exponent + l.lowest
	return carried&l.sign != 0
}
