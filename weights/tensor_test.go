package weights

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

func TestFloat32OfEachType(t *testing.T) {
	le := binary.LittleEndian
	negative := ^uint64(6) // -7 in two's complement, cut to each width
	for _, c := range []struct {
		dtype DType
		data  []byte
		want  float32
	}{
		{F64, le.AppendUint64(nil, math.Float64bits(0.1)), 0.1},
		{F32, le.AppendUint32(nil, math.Float32bits(-0.1)), -0.1},
		{F16, le.AppendUint16(nil, 0xc000), -2},
		{BF16, le.AppendUint16(nil, 0x3fc0), 1.5},
		{I64, le.AppendUint64(nil, negative), -7},
		{I32, le.AppendUint32(nil, uint32(negative)), -7},
		{I16, le.AppendUint16(nil, uint16(negative)), -7},
		{I8, []byte{byte(negative)}, -7},
		{U8, []byte{200}, 200},
		{Bool, []byte{1}, 1},
	} {
		tensor := Tensor{Name: "t", DType: c.dtype, Data: c.data}
		for _, got := range [][]float32{tensor.Float32(), tensor.CopyFloat32()} {
			if diff := cmp.Diff([]float32{c.want}, got); diff != "" {
				t.Errorf("%s: %s", c.dtype, diff)
			}
		}
	}
}

// Large tensors are converted in chunks.
func TestLargeTensor(t *testing.T) {
	values := make([]float32, 3<<16+5)
	for i := range values {
		values[i] = float32(i % 2048) // exact in float16
	}
	got := NewF16("t", []int{len(values)}, values).Float32()
	if !slices.Equal(got, values) {
		t.Error("the numbers differ")
	}
}

func TestFloat32AtAnyAddress(t *testing.T) {
	want := []float32{1, 2, 3}
	data := NewF32("t", []int{3}, want).Data
	room := make([]byte, len(data)+8)
	for shift := range 8 {
		copy(room[shift:], data)
		tensor := Tensor{DType: F32, Shape: []int{3}, Data: room[shift : shift+len(data)]}
		got := tensor.Float32()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("shift %d: %s", shift, diff)
		}
		shared := uintptr(unsafe.Pointer(&got[0])) == uintptr(unsafe.Pointer(&room[shift]))
		if aligned := uintptr(unsafe.Pointer(&room[shift]))%4 == 0; shared != (aligned && hostIsLittle) {
			t.Errorf("shift %d: shared memory: %v", shift, shared)
		}
		tensor.CopyFloat32()[0] = 99
		if tensor.Float32()[0] != 1 {
			t.Errorf("shift %d: CopyFloat32 shares memory", shift)
		}
	}
}

// What Write lays out can be used in place, whatever the mixture.
func TestWrittenFloat32IsAligned(t *testing.T) {
	if !hostIsLittle {
		t.Skip("skipped: numbers are converted on a big-endian machine")
	}
	path := filepath.Join(t.TempDir(), "a.safetensors")
	err := Write(path, []Tensor{
		{Name: "a", DType: U8, Shape: []int{1}, Data: []byte{7}},
		NewF16("b", []int{1}, []float32{1}),
		NewF32("c", []int{1}, []float32{2}),
		{Name: "d", DType: U8, Shape: []int{1}, Data: []byte{7}},
		NewF32("e", []int{1}, []float32{3}),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, name := range []string{"c", "e"} {
		tensor, _ := f.Tensor(name)
		if unsafe.Pointer(&tensor.Float32()[0]) != unsafe.Pointer(&tensor.Data[0]) {
			t.Errorf("%s was copied", name)
		}
	}
}

func TestConstructorsCopy(t *testing.T) {
	data, shape := []float32{1}, []int{1}
	tensor := NewF32("t", shape, data)
	data[0], shape[0] = 2, 3
	if tensor.Float32()[0] != 1 || tensor.Shape[0] != 1 {
		t.Error("NewF32 keeps its arguments")
	}
}

func TestWrongShapePanics(t *testing.T) {
	for _, shape := range [][]int{{2}, {-1, -1}, {0}, {math.MaxInt, 2}} {
		func() {
			defer func() {
				if text := fmt.Sprint(recover()); !strings.Contains(text, fmt.Sprint(shape)) {
					t.Errorf("shape %v: panic %q", shape, text)
				}
			}()
			NewF32("t", shape, []float32{1})
			t.Errorf("shape %v: no panic", shape)
		}()
	}
}

func TestWriteErrors(t *testing.T) {
	one := NewF32("a", []int{1}, []float32{1})
	for name, tensors := range map[string][]Tensor{
		"twice":        {one, one},
		"twice, types": {one, NewF16("a", []int{1}, []float32{1})},
		"reserved":     {NewF32("__metadata__", []int{1}, []float32{1})},
		"not UTF-8":    {NewF32("\xff", []int{1}, []float32{1})},
		"no type":      {{Name: "a", Shape: []int{1}, Data: []byte{1}}},
		"short":        {{Name: "a", DType: F32, Shape: []int{2}, Data: make([]byte, 4)}},
		"ragged":       {{Name: "a", DType: F32, Shape: []int{1}, Data: make([]byte, 5)}},
		"negative":     {{Name: "a", DType: F32, Shape: []int{-1}, Data: make([]byte, 4)}},
	} {
		dir := t.TempDir()
		if err := Write(filepath.Join(dir, "x"), tensors, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 0 {
			t.Errorf("%s: left %v", name, entries)
		}
	}
	if _, err := Marshal(nil, map[string]string{"a": "\xff"}); err == nil {
		t.Error("metadata that is not UTF-8: no error")
	}
	if err := Write(filepath.Join(t.TempDir(), "no", "x"), nil, nil); err == nil {
		t.Error("missing folder: no error")
	}
}
