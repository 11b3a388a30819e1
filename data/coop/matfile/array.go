package matfile

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// Classes of arrays; the other numeric ones lie between double and uint32.
const (
	classCell   = 1
	classStruct = 2
	classChar   = 4
	classDouble = 6
	classUint32 = 13
)

// maxElements bounds the size of an array.
const maxElements = 1 << 28

// array is an array element up to its content.
type array struct {
	class, elements int
	name            string
	content         reader
}

// open reads the flags, dimensions and name of an array element. An element
// without bytes is an empty place in a cell array or structure.
func (e element) open() (array, error) {
	if e.typ != typeMatrix {
		return array{}, fmt.Errorf("an element of type %d where an array should be", e.typ)
	}
	if len(e.data) == 0 {
		return array{}, nil
	}
	a := array{content: reader{e.data, e.budget}}
	flags, err := a.content.next()
	if err != nil {
		return a, err
	}
	if flags.typ != typeUint32 || len(flags.data) != 8 {
		return a, fmt.Errorf("an array begins with an element of type %d and %d bytes", flags.typ, len(flags.data))
	}
	if a.class = int(flags.data[0]); a.class > classUint32 {
		return a, nil // nothing that is read here; some have no dimensions
	}
	if a.elements, err = a.content.dims(); err != nil {
		return a, err
	}
	name, err := a.content.next()
	a.name = string(name.data)
	return a, err
}

// dims reads the dimensions and returns their product.
func (r *reader) dims() (int, error) {
	e, err := r.next()
	if err != nil {
		return 0, err
	}
	list, err := e.numbers()
	if err != nil {
		return 0, err
	}
	if len(list) < 2 || e.typ != typeInt32 {
		return 0, fmt.Errorf("an array has %d dimensions", len(list))
	}
	n := 1
	for _, d := range list {
		if d < 0 || d > maxElements || n*int(d) > maxElements {
			return 0, fmt.Errorf("an array has the dimensions %v", list)
		}
		n *= int(d)
	}
	return n, nil
}

// value reads what is in the array: nothing if it is of another class. Only
// the variable itself, at depth 0, may hold other arrays.
func (a array) value(depth int) (Value, error) {
	switch {
	case a.class == classChar:
		e, err := a.content.next()
		if err != nil {
			return Value{}, err
		}
		text, err := e.text()
		return Value{Text: text}, err
	case classDouble <= a.class && a.class <= classUint32:
		e, err := a.content.next()
		if err != nil {
			return Value{}, err
		}
		numbers, err := e.numbers()
		if err == nil && len(numbers) != a.elements {
			err = fmt.Errorf("%d numbers for %d elements", len(numbers), a.elements)
		}
		return Value{Numbers: numbers}, err
	case depth > 0:
		return Value{}, nil
	case a.class == classCell:
		cells, err := a.content.values(a.elements)
		return Value{Cells: cells}, err
	case a.class == classStruct:
		fields, err := a.fields()
		return Value{Fields: fields}, err
	}
	return Value{}, nil
}

// valueBytes is about what a Value takes, and its place in a list of a field.
const valueBytes = 200

// values reads n arrays in a row.
func (r *reader) values(n int) ([]Value, error) {
	if n > len(r.rest)/8 { // each has a tag at least
		return nil, errCut
	}
	if err := r.budget.Bytes(valueBytes * int64(n)); err != nil {
		return nil, err
	}
	out := make([]Value, n)
	for i := range out {
		e, err := r.next()
		if err != nil {
			return nil, err
		}
		inner, err := e.open()
		if err != nil {
			return nil, err
		}
		if out[i], err = inner.value(1); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fields reads the fields of a structure, which come element by element.
func (a array) fields() (map[string][]Value, error) {
	e, err := a.content.next()
	if err != nil {
		return nil, err
	}
	length, err := e.numbers()
	if err != nil {
		return nil, err
	}
	names, err := a.content.next()
	if err != nil {
		return nil, err
	}
	if e.typ != typeInt32 || len(length) != 1 || length[0] < 1 || len(names.data)%int(length[0]) != 0 {
		return nil, fmt.Errorf("%d bytes of field names of %v each", len(names.data), length)
	}
	step := int(length[0])
	count := len(names.data) / step
	values, err := a.content.values(a.elements * count)
	if err != nil {
		return nil, err
	}
	out := map[string][]Value{}
	for f := range count {
		name, _, _ := strings.Cut(string(names.data[f*step:(f+1)*step]), "\x00")
		for i := f; i < len(values); i += count {
			out[name] = append(out[name], values[i])
		}
	}
	return out, nil
}

// text reads the characters of a row.
func (e element) text() (string, error) {
	if e.typ == typeUTF8 {
		return string(e.data), nil
	}
	codes, err := e.numbers()
	if err != nil {
		return "", err
	}
	if err := e.budget.Bytes(10 * int64(len(codes))); err != nil { // units, runes and the text
		return "", err
	}
	units := make([]uint16, len(codes))
	for i, c := range codes {
		units[i] = uint16(c)
	}
	return string(utf16.Decode(units)), nil
}
