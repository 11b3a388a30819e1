package autograd

import "testing"

// Operands that do not fit are a mistake in the program: the panic names the
// operation and the shapes.
func TestWrongShapesPanic(t *testing.T) {
	m23, m34, m32 := Zeros(2, 3), Zeros(3, 4), Zeros(3, 2)
	v3, v4, one := Zeros(3), Zeros(4), Zeros(1)
	tp := NewTape()
	for _, c := range []struct {
		op     string
		f      func()
		shapes []string
	}{
		{"Linear", func() { tp.Linear(m23, m34, nil, None) }, []string{"[2 3]", "[3 4]"}},
		{"Linear", func() { tp.Linear(m23, m23, v3, None) }, []string{"[2 3]"}},
		{"MatMul", func() { tp.MatMul(m34, m23) }, []string{"[3 4]", "[2 3]"}},
		{"MatMulT", func() { tp.MatMulT(m34, m23) }, []string{"[3 4]", "[2 3]"}},
		{"LayerNorm", func() { tp.LayerNorm(m23, v3, v4, 1e-5) }, []string{"[2 3]", "[3]", "[4]"}},
		{"Attention", func() { tp.Attention(m23, m34, Uniform(1, 2, false), 1) }, []string{"[2 3]", "[3 4]"}},
		{"Attention", func() { tp.Attention(m32, m34, Uniform(1, 3, false), 3) }, []string{"[3 2]", "[3 4]"}},
		{"Attention", func() { tp.Attention(m32, m34, Uniform(2, 2, false), 1) }, []string{"4 query", "[3 2]", "[3 4]"}},
		{"Assemble", func() { tp.Assemble(NewIndex(nil), m23, m34) }, []string{"[2 3]", "[3 4]"}},
		{"Assemble", func() { tp.Assemble(NewIndex([]RowRef{{0, 2}}), m23) }, []string{"row 2 of source 0", "[2 3]"}},
		{"Assemble", func() { tp.Assemble(NewIndex([]RowRef{{1, 0}}), m23) }, []string{"2 sources"}},
		{"NewIndex", func() { NewIndex([]RowRef{{0, -1}}) }, []string{"row -1 of source 0"}},
		{"Gather", func() { tp.Gather(m23, RowIndex([]int{0, 2})) }, []string{"row 2", "[2 3]"}},
		{"Slice", func() { tp.Slice(m23, 1, 3) }, []string{"[2 3]"}},
		{"AddRows", func() { tp.AddRows(m23, m34, RowIndex([]int{0, 0})) }, []string{"[2 3]", "[3 4]"}},
		{"AddRows", func() { tp.AddRows(m23, m23, RowIndex([]int{0})) }, []string{"[2 3]"}},
		{"AddRows", func() { tp.AddRows(m23, m23, RowIndex([]int{0, 2})) }, []string{"row 2", "[2 3]"}},
		{"Add", func() { tp.Add(m23, m32) }, []string{"[2 3]", "[3 2]"}},
		{"Sub", func() { tp.Sub(m23, m32) }, []string{"[2 3]", "[3 2]"}},
		{"ScaleExp", func() { tp.ScaleExp(m23, v3) }, []string{"[2 3]", "[3]"}},
		{"RowDot", func() { tp.RowDot(m23, m32) }, []string{"[2 3]", "[3 2]"}},
		{"Combine", func() { tp.Combine([]float32{1}, one, one) }, []string{"[1]", "[1]"}},
		{"CrossEntropy", func() { tp.CrossEntropy(m23, []int{0}) }, []string{"[2 3]"}},
		{"CrossEntropy", func() { tp.CrossEntropy(m23, []int{0, 3}) }, []string{"label 3 of row 1"}},
		{"CrossEntropy", func() { tp.CrossEntropy(m23, []int{-1, 0}) }, []string{"label -1 of row 0"}},
	} {
		t.Run(c.op, func(t *testing.T) {
			mustPanic(t, c.f, append(c.shapes, "autograd: "+c.op)...)
		})
	}
}
