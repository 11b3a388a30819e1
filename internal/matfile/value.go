package matfile

import "fmt"

// Value is an array of a file. Arrays of more than one dimension go column by
// column, as in MATLAB.
type Value struct {
	// Class is what MATLAB calls the kind: "double", "uint8", "logical",
	// "char", "cell", "struct" and so on.
	Class string
	// Dims are the lengths of the dimensions, two or more.
	Dims []int
	// Numbers holds the real parts of an array of numbers or truth values.
	Numbers []float64
	// Text is a char array; its rows, if there are several, are lines.
	Text string
	// Cells are the contents of a cell array.
	Cells []*Value
	// Fields has, for each field of a structure, the values of all elements.
	Fields map[string][]*Value
}

// Len returns the number of elements, which is 1 for a single number.
func (v *Value) Len() int {
	n := 1
	for _, d := range v.Dims {
		n *= d
	}
	return n
}

// Int returns the single whole number that v is, or an error.
func (v *Value) Int() (int, error) {
	if len(v.Numbers) != 1 || v.Numbers[0] != float64(int(v.Numbers[0])) {
		return 0, fmt.Errorf("want one whole number, have a %s of %v", v.Class, v.Dims)
	}
	return int(v.Numbers[0]), nil
}

// String returns the text of a char array; "" for another class.
func (v *Value) String() string { return v.Text }
