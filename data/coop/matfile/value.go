package matfile

import "fmt"

// Value is a variable of a file. Which of its fields is set depends on the
// class of the array.
type Value struct {
	// Numbers holds an array of numbers, column by column.
	Numbers []float64
	// Text is a char array of one row.
	Text string
	// Cells are the contents of a cell array.
	Cells []Value
	// Fields has, for each field of a structure, the values of all elements.
	Fields map[string][]Value
}

// Int returns the single whole number that v is, or an error.
func (v Value) Int() (int, error) {
	if len(v.Numbers) != 1 || v.Numbers[0] != float64(int(v.Numbers[0])) {
		return 0, fmt.Errorf("want one whole number, have %v", v.Numbers)
	}
	return int(v.Numbers[0]), nil
}
