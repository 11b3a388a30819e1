package adapter_test

import (
	"testing"

	"frontdoor/adapter"
	"frontdoor/autograd"
	"frontdoor/internal/golden"
)

// The released code of each method gave these numbers on made-up features;
// another folder of such files is named by FRONTDOOR_GOLDENS.
func TestGoldens(t *testing.T) {
	golden.Methods(t, "testdata/goldens", map[string]func(*testing.T, *golden.MethodFile){
		"gda":     testGDA,
		"gda_b2n": testGDABase,
		"tip":     testTip,
		"tipf":    testTipF,
		"lpp":     testLPP,
		"clap":    testCLAP,
		"taskres": testTaskRes,
		"prolip":  testProLIP,
		"optim":   testOptimisers,
	})
}

// settings are what the files of this package's methods hold.
type settings struct {
	Prefix string
	Sizes  struct{ K, Knew, S, D, R, V, T, Dv int }

	AugmentPasses int `json:"augment_passes"`
	Passes        int
	Views         int
	Alphas        []float64
	Epochs        int
	Batch         any
	LR            float64
	Eps           float64
	WeightDecay   float64 `json:"weight_decay"`
	Alpha, Beta   float32
	SearchScale   []float64 `json:"search_scale"`
	AdamLR        float64   `json:"adam_lr"`
	AdamEps       float64   `json:"adam_eps"`
	SGDLR         float64   `json:"sgd_lr"`
	Momentum      float32
	ResidualScale float32 `json:"residual_scale"`
	Steps         int
	Iterations    int
	AlphaEvery    int `json:"alpha_every"`
}

// problem is a golden file's task: what methods learn from, and a test set.
type problem struct {
	settings
	*adapter.Task
	test       *autograd.Tensor // [N·T, D]
	testLabels []int
}

// newProblem builds the task of a file in a space of names, with features of
// width d, and checks it against the file's sums.
func newProblem(t *testing.T, f *golden.MethodFile, space string, d func(settings) int) *problem {
	t.Helper()
	p := &problem{}
	f.Into(t, &p.settings)
	s := p.Sizes
	few := golden.FewShot{Prefix: p.Prefix, Space: space, N: s.K + s.Knew, S: s.S, D: d(p.settings), R: s.R, V: s.V, T: s.T}
	if s.V == 0 {
		few.V = s.S
	}
	text := few
	if space == "prolip" {
		text.Space, text.D = "feat", s.D
	}
	train, val, test, words := few.Train(), few.Held("val", few.V), few.Held("test", few.T), text.Text()
	golden.Strict(t, f, "in_crc32_train_val_test_text",
		float64(golden.CRC(train...)), float64(golden.CRC(val)), float64(golden.CRC(test)), float64(golden.CRC(words)))
	last := train[len(train)-1]
	for name, x := range map[string][]float32{
		"in_train_first4": train[0][:4], "in_pre_first4": train[0][:4], "in_train_last4": last[len(last)-4:],
		"in_val_first4": val[:4], "in_test_first4": test[:4], "in_text_first4": words[:4],
	} {
		if f.Has(name) {
			golden.Strict(t, f, name, x...)
		}
	}
	p.Task = &adapter.Task{
		Labels: few.Labels(s.S), Scale: 100,
		Val: autograd.Const(val, few.N*few.V, few.D), ValLabels: few.Labels(few.V),
		Text: autograd.Const(words, few.N, text.D),
	}
	for _, v := range train {
		p.Task.Views = append(p.Task.Views, autograd.Const(v, few.N*s.S, few.D))
	}
	p.test, p.testLabels = autograd.Const(test, few.N*few.T, few.D), few.Labels(few.T)
	return p
}

// joint is the width of features after the projection.
func joint(s settings) int { return s.Sizes.D }

// views keeps the first n views.
func (p *problem) views(n int) { p.Task.Views = p.Task.Views[:n] }

// only keeps the samples of x [·, D] whose label is in [lo, hi), relabelled
// from 0.
func only(x *autograd.Tensor, labels []int, lo, hi int) (*autograd.Tensor, []int) {
	var data []float32
	var kept []int
	for i, k := range labels {
		if lo <= k && k < hi {
			data, kept = append(data, x.Row(i)...), append(kept, k-lo)
		}
	}
	return autograd.Const(data, len(kept), x.Cols()), kept
}

// batch is the batch size of a file that gives one.
func (s settings) batch() int { return int(s.Batch.(float64)) }

// sequential is the order of samples as they are.
func sequential(n int) func(int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return func(int) []int { return order }
}

// checkGrad compares the gradients of a step's loss, before it is taken.
func checkGrad(t *testing.T, f *golden.MethodFile, h adapter.Trained, step int, names ...string) {
	t.Helper()
	tp := autograd.NewTape()
	tp.Backward(h.Loss(tp, step))
	for i, p := range h.State() {
		if i < len(names) {
			golden.Strict(t, f, names[i], p.Grad()...)
		}
		if p.Grad() != nil {
			p.ZeroGrad()
		}
	}
}

// transposed returns the elements of x [R, C] column by column.
func transposed(x *autograd.Tensor) []float32 {
	out := make([]float32, 0, x.Len())
	for j := range x.Cols() {
		for i := range x.Rows() {
			out = append(out, x.Row(i)[j])
		}
	}
	return out
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
