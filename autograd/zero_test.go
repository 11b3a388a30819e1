package autograd

import (
	"fmt"
	"strings"
	"testing"
)

// What is no tensor, and a dimension that a tensor lacks, are named by the panic.
func TestNoTensor(t *testing.T) {
	for _, none := range []*Tensor{nil, new(Tensor)} {
		for name, f := range map[string]func(){
			"Dim": func() { none.Dim(0) }, "Cols": func() { none.Cols() }, "Rows": func() { none.Rows() }, "Row": func() { none.Row(0) },
			"Add": func() { (*Tape)(nil).Add(Zeros(2), none) }, "MatMul": func() { (*Tape)(nil).MatMul(none, Zeros(2, 2)) }, "MatMul by": func() { (*Tape)(nil).MatMul(Zeros(2, 2), none) },
			"Linear": func() { (*Tape)(nil).Linear(Zeros(2, 2), none, nil, None) },
		} {
			func() {
				defer func() {
					if p := fmt.Sprint(recover()); !strings.HasPrefix(p, "autograd: ") {
						t.Errorf("%s of %v: panic %s", name, none, p)
					}
				}()
				f()
			}()
		}
	}
	defer func() {
		if p := fmt.Sprint(recover()); p != "autograd: no dimension 2 in the shape [4 3]" {
			t.Error(p)
		}
	}()
	Zeros(4, 3).Dim(2)
}
