package weights

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"unsafe"

	"frontdoor/internal/parallel"
)

// Tensor is a named array as it lies in a file.
type Tensor struct {
	Name  string
	DType DType
	Shape []int  // empty for a single number
	Data  []byte // little-endian, row-major; not to be changed
}

// NewF32 returns a tensor that stores a copy of data [shape] as float32. It
// panics if the shape does not have that many elements.
func NewF32(name string, shape []int, data []float32) Tensor {
	t := newTensor(name, F32, shape, len(data))
	for i, v := range data {
		binary.LittleEndian.PutUint32(t.Data[4*i:], math.Float32bits(v))
	}
	return t
}

// NewF16 returns a tensor that stores data [shape] as float16, rounded to
// nearest, ties to even. It panics if the shape does not have that many
// elements.
func NewF16(name string, shape []int, data []float32) Tensor {
	t := newTensor(name, F16, shape, len(data))
	for i, v := range data {
		binary.LittleEndian.PutUint16(t.Data[2*i:], float32ToFloat16(v))
	}
	return t
}

// NewBF16 returns a tensor that stores data [shape] as bfloat16, rounded to
// nearest, ties to even. It panics if the shape does not have that many
// elements.
func NewBF16(name string, shape []int, data []float32) Tensor {
	t := newTensor(name, BF16, shape, len(data))
	for i, v := range data {
		binary.LittleEndian.PutUint16(t.Data[2*i:], float32ToBFloat16(v))
	}
	return t
}

// newTensor returns a tensor of n zeros.
func newTensor(name string, dtype DType, shape []int, n int) Tensor {
	count, ok := elements(shape)
	if !ok || count != n {
		panic(fmt.Sprintf("weights: tensor %q: shape %v does not have %d elements", name, shape, n))
	}
	return Tensor{Name: name, DType: dtype, Shape: slices.Clone(shape), Data: make([]byte, n*dtype.Size())}
}

// elements returns the product of the shape. It reports false if a dimension
// is negative or the product of the others than 0 overflows: one that hides
// behind a 0 would trip whoever multiplies a part of the shape.
func elements(shape []int) (n int, ok bool) {
	product, zero := uint64(1), false
	for _, d := range shape {
		if d < 0 {
			return 0, false
		}
		if d == 0 {
			zero = true
			continue
		}
		high, low := bits.Mul64(product, uint64(d))
		if high != 0 || low > math.MaxInt {
			return 0, false
		}
		product = low
	}
	if zero {
		return 0, true
	}
	return int(product), true
}

// Len returns the number of elements.
func (t Tensor) Len() int {
	if size := t.DType.Size(); size > 0 {
		return len(t.Data) / size
	}
	return 0
}

// hostIsLittle says whether this machine stores numbers as the files do.
var hostIsLittle = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// Float32 returns the numbers as float32 [Shape]. Float16 and bfloat16 are
// widened exactly; float64 and integers are rounded to nearest; booleans are 0
// and 1.
//
// For F32 on a little-endian machine the result may be the file's own memory,
// which must not be used after File.Close. Writing to memory of Open changes a
// private copy and not the file; memory that Parse was given may not allow it.
// Use CopyFloat32 for numbers to keep or change.
func (t Tensor) Float32() []float32 {
	if t.DType == F32 && hostIsLittle && t.Len() > 0 {
		// A file may place numbers at any address, and a []float32 may not.
		if p := unsafe.Pointer(unsafe.SliceData(t.Data)); uintptr(p)%unsafe.Alignof(float32(0)) == 0 {
			return unsafe.Slice((*float32)(p), t.Len())
		}
	}
	return t.CopyFloat32()
}

// CopyFloat32 returns the numbers as Float32 does, always in memory of its own.
func (t Tensor) CopyFloat32() []float32 {
	out := make([]float32, t.Len())
	t.ReadFloat32(out)
	return out
}

// ReadFloat32 writes the numbers as Float32 gives them to dst, and panics if
// dst has another length than the tensor.
func (t Tensor) ReadFloat32(dst []float32) {
	if len(dst) != t.Len() {
		panic(fmt.Sprintf("weights: tensor %q: %d elements do not fit %d", t.Name, t.Len(), len(dst)))
	}
	size := t.DType.Size()
	parallel.For(len(dst), 1<<16, func(lo, hi int) {
		convert(dst[lo:hi], t.DType, t.Data[lo*size:hi*size])
	})
}

// convert fills out [n] from the bytes of n numbers. The loops are spelled out
// per type because a checkpoint has 1.5e8 numbers.
func convert(out []float32, dtype DType, data []byte) {
	order := binary.LittleEndian
	switch dtype {
	case F64:
		for i := range out {
			out[i] = float32(math.Float64frombits(order.Uint64(data[8*i:])))
		}
	case F32:
		for i := range out {
			out[i] = math.Float32frombits(order.Uint32(data[4*i:]))
		}
	case F16:
		for i := range out {
			out[i] = float16ToFloat32(order.Uint16(data[2*i:]))
		}
	case BF16:
		for i := range out {
			out[i] = bfloat16ToFloat32(order.Uint16(data[2*i:]))
		}
	case I64:
		for i := range out {
			out[i] = float32(int64(order.Uint64(data[8*i:])))
		}
	case I32:
		for i := range out {
			out[i] = float32(int32(order.Uint32(data[4*i:])))
		}
	case I16:
		for i := range out {
			out[i] = float32(int16(order.Uint16(data[2*i:])))
		}
	case I8:
		for i := range out {
			out[i] = float32(int8(data[i]))
		}
	case U8:
		for i := range out {
			out[i] = float32(data[i])
		}
	case Bool:
		for i := range out {
			if data[i] != 0 {
				out[i] = 1
			}
		}
	}
}
