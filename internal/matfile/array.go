package matfile

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// classes names the classes of arrays by number.
var classes = map[int]string{
	1: "cell", 2: "struct", 3: "object", 4: "char", 5: "sparse", 6: "double", 7: "single",
	8: "int8", 9: "uint8", 10: "int16", 11: "uint16", 12: "int32", 13: "uint32", 14: "int64", 15: "uint64",
	16: "function", 17: "opaque",
}

// logicalFlag marks an array of truth values.
const logicalFlag = 0x0200

// maxDepth bounds arrays in arrays, and maxElements their size.
const (
	maxDepth    = 32
	maxElements = 1 << 28
)

// array reads the parts of an array element and returns its name.
func (r *reader) array() (string, *Value, error) {
	if len(r.rest) == 0 { // an empty place in a cell or structure
		return "", &Value{Class: "double", Dims: []int{0, 0}}, nil
	}
	if r.depth > maxDepth {
		return "", nil, fmt.Errorf("arrays lie %d deep in each other", r.depth)
	}
	flags, err := r.next()
	if err != nil {
		return "", nil, err
	}
	if flags.typ != typeUint32 || len(flags.data) != 8 {
		return "", nil, fmt.Errorf("an array begins with an element of type %d and %d bytes", flags.typ, len(flags.data))
	}
	word := int(r.order.Uint32(flags.data))
	v := &Value{Class: classes[word&0xff]}
	switch {
	case v.Class == "":
		return "", nil, fmt.Errorf("an array has the unknown class %d", word&0xff)
	case v.Class == "opaque":
		return "", v, nil // has no dimensions
	case word&logicalFlag != 0:
		v.Class = "logical"
	}
	if err := r.dims(v); err != nil {
		return "", nil, err
	}
	name, err := r.next()
	if err != nil {
		return "", nil, err
	}
	if err := r.content(v); err != nil {
		return "", nil, fmt.Errorf("%s: %w", name.data, err)
	}
	return string(name.data), v, nil
}

// dims reads the dimensions.
func (r *reader) dims(v *Value) error {
	e, err := r.next()
	if err != nil {
		return err
	}
	list, err := r.numbers(e)
	if err != nil {
		return err
	}
	if len(list) < 2 || e.typ != typeInt32 {
		return fmt.Errorf("an array has %d dimensions", len(list))
	}
	n := 1
	for _, d := range list {
		if d < 0 || d > maxElements || n*int(d) > maxElements {
			return fmt.Errorf("an array has the dimensions %v", list)
		}
		n *= int(d)
		v.Dims = append(v.Dims, int(d))
	}
	return nil
}

// content reads what is in the array.
func (r *reader) content(v *Value) error {
	switch v.Class {
	case "cell":
		var err error
		v.Cells, err = r.arrays(v.Len())
		return err
	case "struct":
		return r.fields(v)
	case "object", "sparse", "function":
		return nil
	}
	e, err := r.next()
	if err != nil {
		return err
	}
	if v.Class == "char" {
		return r.text(v, e)
	}
	v.Numbers, err = r.numbers(e)
	if err == nil && len(v.Numbers) != v.Len() {
		return fmt.Errorf("%d numbers for the dimensions %v", len(v.Numbers), v.Dims)
	}
	return err
}

// arrays reads n arrays in a row.
func (r *reader) arrays(n int) ([]*Value, error) {
	if n > len(r.rest)/8 { // each has a tag at least
		return nil, errCut
	}
	out := make([]*Value, n)
	for i := range out {
		e, err := r.next()
		if err != nil {
			return nil, err
		}
		if e.typ != typeMatrix {
			return nil, fmt.Errorf("an element of type %d where an array should be", e.typ)
		}
		inner := &reader{order: r.order, rest: e.data, depth: r.depth + 1}
		if _, out[i], err = inner.array(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fields reads the fields of a structure, which come element by element.
func (r *reader) fields(v *Value) error {
	e, err := r.next()
	if err != nil {
		return err
	}
	length, err := r.numbers(e)
	if err != nil {
		return err
	}
	names, err := r.next()
	if err != nil {
		return err
	}
	if e.typ != typeInt32 || len(length) != 1 || length[0] < 1 || len(names.data)%int(length[0]) != 0 {
		return fmt.Errorf("%d bytes of field names of %v each", len(names.data), length)
	}
	step := int(length[0])
	count := len(names.data) / step
	values, err := r.arrays(v.Len() * count)
	if err != nil {
		return err
	}
	v.Fields = map[string][]*Value{}
	for f := range count {
		name, _, _ := strings.Cut(string(names.data[f*step:(f+1)*step]), "\x00")
		for i := f; i < len(values); i += count {
			v.Fields[name] = append(v.Fields[name], values[i])
		}
	}
	return nil
}

// text reads a char array.
func (r *reader) text(v *Value, e element) error {
	var all []rune
	if e.typ == typeUTF8 {
		all = []rune(string(e.data))
	} else {
		codes, err := r.numbers(e)
		if err != nil {
			return err
		}
		units := make([]uint16, len(codes))
		for i, c := range codes {
			units[i] = uint16(c)
		}
		all = utf16.Decode(units)
	}
	rows := v.Dims[0]
	if rows == 1 || len(all) != v.Len() {
		v.Text = string(all)
		return nil
	}
	lines := make([][]rune, rows)
	for i, c := range all {
		lines[i%rows] = append(lines[i%rows], c)
	}
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(string(line))
	}
	v.Text = b.String()
	return nil
}
