package adapter

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/nn"
)

// LPP is LP++ (Huang et al., CVPR 2024; released code of
// FereshteShakeri/FewShot-CLIP-Strong-Baseline): a linear probe blended with
// the text classifier by one multiplier a class.
//
//	logits_k = w_k f + b_k + α_k (f t_k)        f, t unit
//
// There is no logit scale. w_k starts as the sum of class k's features (the
// paper's mean, without the division), α as 250 times the mean cosine of an
// image with its class. W and b take steps of SGD with momentum whose rate
// follows from the data, 4 B/λ_max(FᵀF); α takes one after every tenth of them,
// of rate B/(4 max_k Σ_i (f_i t_k)²). The weights kept are those with the best
// accuracy on the validation images, the last of equals; without such images
// those after the last step.
type LPP struct {
	LPPOptions
	RateW, RateAlpha float64
	// Best is the step, from 0, whose weights were kept, and BestAccuracy the
	// percentage of validation images that they classify rightly.
	Best         int
	BestAccuracy float64

	task   *Task
	f, sim *autograd.Tensor // [B, E] unit features, [B, N] f tᵀ
	text   *autograd.Tensor // [N, E] unit
	w, b   *autograd.Tensor // [N, E], [N]
	alpha  *autograd.Tensor // [N]
	opt    *nn.SGD
	kept   [][]float32 // the best w, b and α so far
	last   [][]float32 // those after the last step
}

// LPPOptions are the settings of LP++.
type LPPOptions struct {
	Iterations int       // full batches: 300 for any number of shots
	Momentum   float32   // 0.9
	AlphaEvery int       // steps between two updates of α: 10
	Bias       []float32 // N values that b starts from; PyTorch draws them uniform in ±1/√E
	// Fresh takes the gradient of α at the step alone, as the paper's block
	// coordinate descent does. The released code never clears it, so that each
	// update follows the sum of all gradients since the start.
	Fresh bool
}

// DefaultLPP returns the release's settings, with a start of b.
func DefaultLPP(bias []float32) LPPOptions {
	return LPPOptions{Iterations: 300, Momentum: 0.9, AlphaEvery: 10, Bias: bias}
}

// Fit trains the probe.
func (o LPPOptions) Fit(ctx context.Context, t *Task, seed uint64) (Head, error) {
	return fitted(ctx, o, t, seed)
}

// start draws the bias, as the release does.
func (o LPPOptions) start(t *Task, seed uint64) (Trained, error) {
	if err := t.check("LP++", nothing); err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(seed, 0x6c70))
	bound := 1 / math.Sqrt(float64(t.Text.Cols()))
	o.Bias = make([]float32, t.Text.Rows())
	for k := range o.Bias {
		o.Bias[k] = float32(bound * (2*r.Float64() - 1))
	}
	return NewLPP(t, o)
}

// Restore returns a probe of stored weights.
func (o LPPOptions) Restore(t *Task, s Stored) (Head, error) {
	n, e := t.Text.Rows(), t.Text.Cols()
	w, err1 := s.tensor("weight", n, e)
	b, err2 := s.tensor("bias", n)
	alpha, err3 := s.tensor("alpha", n)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	return &LPP{LPPOptions: o, task: t, text: Unit(t.Text), w: w, b: b, alpha: alpha}, nil
}

// Wide says that LP++ reads features of the joint width.
func (o LPPOptions) Wide() bool { return false }

// NewLPP returns LP++ before its first step. It learns from the first view.
func NewLPP(t *Task, o LPPOptions) (*LPP, error) {
	if err := t.check("LP++", nothing); err != nil {
		return nil, err
	}
	if err := t.everyClass("LP++"); err != nil {
		return nil, err
	}
	n, e := t.Text.Rows(), t.Text.Cols()
	if len(o.Bias) != n {
		return nil, fmt.Errorf("adapter: LP++: %d biases for %d classes", len(o.Bias), n)
	}
	h := &LPP{LPPOptions: o, task: t, f: Unit(t.Views[0]), text: Unit(t.Text), BestAccuracy: -1}
	h.sim = (*autograd.Tape)(nil).MatMulT(h.f, h.text) // [B, N]
	h.w = autograd.Param(make([]float32, n*e), n, e)
	h.b = autograd.Param(append([]float32(nil), o.Bias...), n)
	h.alpha = autograd.Param(make([]float32, n), n)
	if err := h.start(); err != nil {
		return nil, err
	}
	h.opt = nn.NewSGD([]nn.Named{{Name: "weight", Tensor: h.w}, {Name: "bias", Tensor: h.b}})
	h.opt.Momentum, h.opt.WeightDecay = o.Momentum, 0
	return h, nil
}

// start sets the first W and α and both rates.
func (h *LPP) start() error {
	n, count := h.text.Rows(), h.task.perClass()
	own := make([]float64, n)    // mean cosine of a class's images with it, times count
	square := make([]float64, n) // Σ_i (f_i t_k)²
	sums := make([][]float64, n)
	for k := range sums {
		sums[k] = make([]float64, h.text.Cols())
	}
	for i, y := range h.task.Labels {
		for j, v := range h.f.Row(i) {
			sums[y][j] += float64(v)
		}
		for k, v := range h.sim.Row(i) {
			square[k] += float64(v) * float64(v)
		}
		own[y] += float64(h.sim.Row(i)[y])
	}
	alpha, largest := 0.0, 0.0
	for k := range n {
		for j, v := range sums[k] {
			h.w.Row(k)[j] = float32(v)
		}
		alpha += own[k] / float64(count[k]) / float64(n)
		largest = max(largest, square[k])
	}
	for k := range h.alpha.Data {
		h.alpha.Data[k] = float32(250 * alpha)
	}
	top, err := largestEigenvalue(h.f)
	if err != nil {
		return fmt.Errorf("adapter: LP++: %w", err)
	}
	b := float64(len(h.task.Labels))
	h.RateW, h.RateAlpha = 4*b/top, b/(4*largest)
	return nil
}

// State lists the weights.
func (h *LPP) State() []nn.Named {
	return []nn.Named{{Name: "weight", Tensor: h.w}, {Name: "bias", Tensor: h.b}, {Name: "alpha", Tensor: h.alpha}}
}

// Steps is the number of full batches.
func (h *LPP) Steps() int { return h.Iterations }

// PerEpoch is one: every step reads all images.
func (h *LPP) PerEpoch() int { return 1 }

// Rate is the learning rate of W and the bias, the same in all steps.
func (h *LPP) Rate(int) float64 { return h.RateW }

// Logits are the blended logits [B, N].
func (h *LPP) Logits(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor {
	mustFit("LP++", h.w)
	x = tp.L2Normalize(x, eps) // [B, E]
	return h.blend(tp, x, tp.MatMulT(x, h.text))
}

// blend are the logits of unit features x [B, E] with cosines sim [B, N].
func (h *LPP) blend(tp *autograd.Tape, x, sim *autograd.Tensor) *autograd.Tensor {
	probe := tp.Linear(x, h.w, h.b, autograd.None) // [B, N]
	return tp.Add(probe, scaleColumns(tp, sim, h.alpha))
}

// BatchLogits are the logits of the training images, [B, N].
func (h *LPP) BatchLogits(tp *autograd.Tape) *autograd.Tensor { return h.blend(tp, h.f, h.sim) }

// Loss is the cross entropy of all training images.
func (h *LPP) Loss(tp *autograd.Tape, step int) *autograd.Tensor {
	return tp.CrossEntropy(h.BatchLogits(tp), h.task.Labels)
}

// Update moves W and b, every tenth time α, and keeps the weights that classify
// the validation images best.
func (h *LPP) Update(step int) {
	h.opt.Step(float32(h.RateW))
	if (step+1)%h.AlphaEvery == 0 {
		for k, g := range h.alpha.Grad() {
			h.alpha.Data[k] -= float32(h.RateAlpha) * g
		}
	}
	if h.Fresh {
		h.alpha.ZeroGrad()
	}
	if h.task.Val == nil {
		return
	}
	if acc := Accuracy(h.Logits(nil, h.task.Val), h.task.ValLabels); acc >= h.BestAccuracy {
		h.Best, h.BestAccuracy = step, acc
		h.kept = h.weights()
	}
}

// weights returns a copy of all weights.
func (h *LPP) weights() [][]float32 {
	var out [][]float32
	for _, p := range h.State() {
		out = append(out, append([]float32(nil), p.Data...))
	}
	return out
}

// Finish goes back to the weights that were kept.
func (h *LPP) Finish() {
	h.last = h.weights()
	if h.kept != nil {
		h.set(h.kept)
	}
}

// Last takes the weights after the last step instead of those that were kept.
func (h *LPP) Last() { h.set(h.last) }

func (h *LPP) set(w [][]float32) {
	for i, p := range h.State() {
		copy(p.Data, w[i])
	}
}
