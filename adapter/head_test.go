package adapter

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"frontdoor/autograd"
)

// small is a task of two classes in the plane, two images each.
func small() *Task {
	return &Task{
		Views:  []*autograd.Tensor{autograd.Const([]float32{3, 0, 0, 2, 4, 0.4, 0.2, 1}, 4, 2)},
		Labels: []int{0, 1, 0, 1},
		Val:    autograd.Const([]float32{1, 0.1, 0.1, 1}, 2, 2), ValLabels: []int{0, 1},
		Text:  autograd.Const([]float32{2, 1, 1, 2}, 2, 2),
		Proj:  autograd.Const([]float32{1, 0, 0, 1}, 2, 2),
		Scale: 10,
	}
}

// heads makes every trained head of a task.
func heads(t *testing.T, task *Task) map[string]Trained {
	t.Helper()
	order := func(n int) func(int) []int {
		return func(int) []int {
			out := make([]int, n)
			for i := range out {
				out[i] = i
			}
			return out
		}
	}
	b := len(task.Labels)
	all := map[string]Trained{}
	add := func(name string, h Trained, err error) {
		if err != nil {
			t.Fatal(err)
		}
		all[name] = h
	}
	taskres, err := NewTaskRes(task, DefaultTaskRes(2), order(b))
	add("taskres", taskres, err)
	clap, err := NewCLAP(task, DefaultCLAP(true), order(b*len(task.Views)))
	add("clap", clap, err)
	tipf, err := NewTipF(task, DefaultTipF(), order(b))
	add("tipf", tipf, err)
	lpp, err := NewLPP(task, DefaultLPP(make([]float32, task.Text.Rows())))
	add("lpp", lpp, err)
	prolip, err := NewProLIP(task, DefaultProLIP(2))
	add("prolip", prolip, err)
	return all
}

func TestHeadsLearnTheirTask(t *testing.T) {
	task := small()
	for name, h := range heads(t, task) {
		losses := []float64{}
		if err := Fit(context.Background(), h, func(_ int, loss float64) { losses = append(losses, loss) }); err != nil {
			t.Fatal(err)
		}
		if len(losses) != h.Steps() || losses[len(losses)-1] > losses[0] {
			t.Errorf("%s: %d losses from %g to %g", name, len(losses), losses[0], losses[len(losses)-1])
		}
		if acc := Accuracy(h.Logits(nil, task.Views[0]), task.Labels); acc != 100 {
			t.Errorf("%s: %g%% of its own training images", name, acc)
		}
	}
}

func TestFitEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	bad := small()
	bad.Views[0].Data[0] = float32(math.NaN())
	for name, h := range heads(t, small()) {
		if err := Fit(ctx, h, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: cancelled: %v", name, err)
		}
	}
	h, err := NewTaskRes(bad, DefaultTaskRes(2), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := Fit(context.Background(), h, nil); err == nil || !strings.Contains(err.Error(), "step 1 became NaN") {
		t.Errorf("NaN: %v", err)
	}
}

// Two classes on the axes, each with one image a step away from it on either
// side: by symmetry the Gaussians meet on the diagonal.
func TestGDAByHand(t *testing.T) {
	task := small()
	task.Views = []*autograd.Tensor{autograd.Const([]float32{4, 3, 3, 4, 4, -3, -3, 4}, 4, 2)} // units 0.8 and 0.6
	h, err := FitGDA(task, Alphas)
	if err != nil {
		t.Fatal(err)
	}
	// The means are (0.8, 0) and (0, 0.8). Class 0 spreads along y, ±0.6, class 1
	// along x: the scatter is 0.72 I, n-1 is 3, tr(S) is 0.48, and
	// P = 2/(0.72 + 0.48) I.
	for i, want := range []float64{0.8, 0, 0, 0.8} {
		if got := h.Mean.RawMatrix().Data[i]; math.Abs(got-want) > 1e-7 {
			t.Errorf("mean %d is %g, want %g", i, got, want)
		}
		p := want / 0.8 * 2 / 1.2
		if got := h.Precision.RawMatrix().Data[i]; math.Abs(got-p) > 1e-6 {
			t.Errorf("precision %d is %g, want %g", i, got, p)
		}
	}
	want := -math.Ln2 - 0.8*0.8*2/1.2/2
	if math.Abs(h.B[0]-want) > 1e-6 || math.Abs(h.B[1]-want) > 1e-6 {
		t.Errorf("b is %g, want %g twice", h.B, want)
	}
	if h.Alpha != 1e-4 || h.BestAccuracy() != 100 {
		t.Errorf("alpha %g with %g%%, want the first that is right", h.Alpha, h.BestAccuracy())
	}
}

// A cached image at cosine 0.5 counts exp(-β/2).
func TestTipByHand(t *testing.T) {
	cos := autograd.Const([]float32{1, 0.5, 0}, 1, 3)
	y := cacheLogits(nil, cos, []int{0, 1, 0}, 2, 3, 2)
	for k, want := range []float64{3 * (1 + math.Exp(-2)), 3 * math.Exp(-1)} {
		if math.Abs(float64(y.Data[k])-want) > 1e-6 {
			t.Errorf("class %d: %g, want %g", k, y.Data[k], want)
		}
	}
}

func TestBadTasks(t *testing.T) {
	for want, spoil := range map[string]func(*Task){
		"no classes":                   func(t *Task) { t.Text = nil },
		"no training images":           func(t *Task) { t.Views = nil },
		"for 3 labels":                 func(t *Task) { t.Labels = t.Labels[:3] },
		"outside the 2 classes":        func(t *Task) { t.Labels[1] = 2 },
		"class 1 has no training":      func(t *Task) { t.Labels = []int{0, 0, 0, 0} },
		`class "lamp" has no training`: func(t *Task) { t.Labels, t.Names = []int{0, 0, 0, 0}, []string{"cup", "lamp"} },
	} {
		task := small()
		spoil(task)
		if _, err := FitGDA(task, Alphas); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	task := small()
	task.Val, task.ValLabels = nil, nil
	tip, err := NewTip(task, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tip.Search(defaultGrid); err == nil || !strings.Contains(err.Error(), "validation images") {
		t.Errorf("a search without validation images: %v", err)
	}
}

// Without validation images LP++ keeps its last weights and Tip-Adapter the
// constants that it was given.
func TestWithoutValidation(t *testing.T) {
	task := small()
	task.Val, task.ValLabels = nil, nil
	lpp, err := NewLPP(task, DefaultLPP([]float32{0, 0}))
	if err != nil {
		t.Fatal(err)
	}
	if err := Fit(context.Background(), lpp, nil); err != nil {
		t.Fatal(err)
	}
	last := lpp.weights()
	if lpp.Last(); lpp.w.Data[0] != last[0][0] {
		t.Error("LP++ went back to other weights than the last")
	}
	h, err := DefaultTip().Fit(context.Background(), task, 1)
	if err != nil {
		t.Fatal(err)
	}
	if tip := h.(*Tip); tip.Alpha != 1.17 || tip.Beta != 1 {
		t.Errorf("alpha %g, beta %g", tip.Alpha, tip.Beta)
	}
}
