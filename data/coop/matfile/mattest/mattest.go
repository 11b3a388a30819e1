// Package mattest makes MATLAB files of level 5, little-endian, for tests.
package mattest

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"slices"
	"testing"
)

// Array is an array element without its name.
type Array struct {
	class   byte
	dims    []int32
	content []byte
}

// Bytes is a matrix of 8-bit numbers, column by column.
func Bytes(rows, columns int, values ...byte) Array {
	return Array{9, []int32{int32(rows), int32(columns)}, element(2, values)}
}

// Text is a char array of one row.
func Text(s string) Array {
	var units []byte
	for _, c := range []byte(s) {
		units = append(units, c, 0)
	}
	return Array{4, []int32{1, int32(len(s))}, element(4, units)}
}

// Cells is a cell array of one row.
func Cells(list ...Array) Array {
	var b []byte
	for _, a := range list {
		b = append(b, a.named("")...)
	}
	return Array{1, []int32{1, int32(len(list))}, b}
}

// Structs is a structure array of one row, its elements' fields in order.
func Structs(fields []string, elements ...[]Array) Array {
	const step = 32
	names := make([]byte, step*len(fields))
	for i, f := range fields {
		copy(names[step*i:], f)
	}
	b := slices.Concat(element(5, []byte{step, 0, 0, 0}), element(1, names))
	for _, e := range elements {
		for _, a := range e {
			b = append(b, a.named("")...)
		}
	}
	return Array{2, []int32{1, int32(len(elements))}, b}
}

// named returns the array element.
func (a Array) named(name string) []byte {
	var dims []byte
	for _, d := range a.dims {
		dims = binary.LittleEndian.AppendUint32(dims, uint32(d))
	}
	return element(14, slices.Concat(
		element(6, []byte{a.class, 0, 0, 0, 0, 0, 0, 0}), element(5, dims), element(1, []byte(name)), a.content))
}

// element is a tag and the bytes, padded; short ones stand in the tag.
func element(typ byte, data []byte) []byte {
	if n := len(data); 0 < n && n <= 4 && typ != 14 {
		return append(append([]byte{typ, 0, byte(n), 0}, data...), make([]byte, 4-n)...)
	}
	b := binary.LittleEndian.AppendUint32([]byte{typ, 0, 0, 0}, uint32(len(data)))
	return append(append(b, data...), make([]byte, (8-len(data)%8)%8)...)
}

// Header is the first 128 bytes of a file.
func Header() []byte {
	return append(append(bytes.Repeat([]byte{' '}, 116), make([]byte, 8)...), 0, 1, 'I', 'M')
}

// File is a file of one variable, compressed as MATLAB does by default.
func File(t testing.TB, name string, a Array) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := z.Write(a.named(name)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	b := binary.LittleEndian.AppendUint32([]byte{15, 0, 0, 0}, uint32(packed.Len()))
	return slices.Concat(Header(), b, packed.Bytes())
}

// Plain is a file of one variable that is not compressed.
func Plain(name string, a Array) []byte { return append(Header(), a.named(name)...) }
