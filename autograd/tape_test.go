package autograd

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// mustPanic runs f and checks that it panics with a message that contains all
// parts.
func mustPanic(t *testing.T, f func(), parts ...string) {
	t.Helper()
	defer func() {
		t.Helper()
		message := fmt.Sprint(recover())
		for _, p := range parts {
			if !strings.Contains(message, p) {
				t.Errorf("panic %q does not say %q", message, p)
			}
		}
	}()
	f()
	t.Errorf("no panic; want one that says %q", parts)
}

func TestBackwardTwicePanics(t *testing.T) {
	x := Param([]float32{1, 2}, 2)
	tp := NewTape()
	loss := tp.Mean(x)
	tp.Backward(loss)
	mustPanic(t, func() { tp.Backward(loss) }, "Backward twice")
	mustPanic(t, func() { tp.Mean(x) }, "after Backward")
	tp.Reset()
	tp.Backward(tp.Mean(x)) // fine again
	numbers(t, "dx", x.Grad(), 1, 1)
}

func TestBackwardNeedsAScalarThatDependsOnAParameter(t *testing.T) {
	x, c := Param([]float32{1, 2}, 2), Const([]float32{1, 2}, 2)
	tp := NewTape()
	mustPanic(t, func() { tp.Backward(tp.Scale(x, 1)) }, "Backward", "[2]")
	mustPanic(t, func() { tp.Backward(tp.Mean(c)) }, "depends on no parameter")
	mustPanic(t, func() { (*Tape)(nil).Backward(x) }, "nil tape")
}

func TestNilTapeRecordsNothing(t *testing.T) {
	x := Param([]float32{1, 2, 3, 4}, 2, 2)
	var tp *Tape
	y := tp.Linear(x, x, nil, QuickGELU)
	y = tp.MatMulT(tp.L2Normalize(y, 0), tp.Slice(x, 1, 2))
	if loss := tp.Mean(y); loss.NeedsGrad() || x.Grad() != nil {
		t.Errorf("a nil tape recorded: result needs gradient %v, leaf has %v", loss.NeedsGrad(), x.Grad())
	}
}

// What depends on no parameter is not recorded.
func TestConstantsAreNotRecorded(t *testing.T) {
	c, x := Const([]float32{1, 2}, 2), Param([]float32{3, 4}, 2)
	tp := NewTape()
	y := tp.Scale(tp.Add(c, c), 2)
	if tp.Len() != 0 || y.NeedsGrad() {
		t.Errorf("constants left %d records, need gradient %v", tp.Len(), y.NeedsGrad())
	}
	tp.Add(y, x)
	if tp.Len() != 1 {
		t.Errorf("an operation on a parameter left %d records, want 1", tp.Len())
	}
}

func TestSetTrainable(t *testing.T) {
	x := Const([]float32{1, 2}, 2)
	x.SetTrainable(true)
	tp := NewTape()
	y := tp.Scale(x, 3)
	tp.Backward(tp.Mean(y))
	numbers(t, "dx", x.Grad(), 1.5, 1.5)
	x.ZeroGrad()
	numbers(t, "dx after ZeroGrad", x.Grad(), 0, 0)
	x.SetTrainable(false)
	if x.NeedsGrad() || x.Grad() != nil {
		t.Errorf("frozen leaf needs gradient %v, has %v", x.NeedsGrad(), x.Grad())
	}
	mustPanic(t, func() { y.SetTrainable(false) }, "result of an operation")
}

// A branch that does not lead to the loss costs nothing and gives nothing.
func TestBranchWithoutALoss(t *testing.T) {
	x, z := Param([]float32{1, 2}, 2), Param([]float32{5}, 1)
	tp := NewTape()
	tp.ScaleExp(x, z)
	tp.Backward(tp.Mean(x))
	numbers(t, "dx", x.Grad(), 0.5, 0.5)
	if z.Grad() != nil {
		t.Errorf("a parameter that the loss does not depend on got %v", z.Grad())
	}
}

// A value used twice passes both gradients on: x² + 3x.
func TestDiamond(t *testing.T) {
	x := Param([]float32{2}, 1, 1)
	tp := NewTape()
	y := tp.Scale(x, 1)
	sum := tp.Add(tp.MatMul(y, y), tp.Scale(y, 3))
	numbers(t, "x² + 3x", sum.Data, 10)
	tp.Backward(sum)
	numbers(t, "2x + 3", x.Grad(), 7)
}

func TestPoisonMarksWhatResetFreed(t *testing.T) {
	x := Param([]float32{1, 2, 3}, 1, 3)
	tp := NewTape()
	tp.Poison()
	y := tp.Scale(x, 2)
	tp.Backward(tp.Mean(y))
	numbers(t, "before Reset", y.Data, 2, 4, 6)
	stale := y.Data
	tp.Reset()
	for i, v := range stale {
		if !math.IsNaN(float64(v)) {
			t.Errorf("after Reset element %d is %g, want NaN", i, v)
		}
	}
	numbers(t, "a leaf's gradient outlives Reset", x.Grad(), 2.0/3, 2.0/3, 2.0/3)
	// Every operation writes or clears what it gets: no NaN may come through.
	numbers(t, "next step", tp.Scale(x, 2).Data, 2, 4, 6)
}

func TestTensorShapes(t *testing.T) {
	x := Zeros(2, 3, 4)
	if x.Len() != 24 || x.Rows() != 6 || x.Cols() != 4 || x.Dim(1) != 3 {
		t.Errorf("Zeros(2, 3, 4): len %d rows %d cols %d dim 1 %d", x.Len(), x.Rows(), x.Cols(), x.Dim(1))
	}
	x.Data[5*4] = 7
	if x.Row(5)[0] != 7 {
		t.Errorf("Row(5) = %v, want it to begin with 7", x.Row(5))
	}
	mustPanic(t, func() { Const(make([]float32, 5), 2, 3) }, "Const", "[2 3]", "6", "5")
	mustPanic(t, func() { Zeros(1, 1, 1, 1, 1) }, "rank 5")
	mustPanic(t, func() { x.Item() }, "Item", "[2 3 4]")
}
