package adapter

import (
	"context"
	"errors"

	"frontdoor/autograd"
	"frontdoor/nn"
)

// Tip is Tip-Adapter (Zhang et al., ECCV 2022, section 3; released code
// main.py, utils.py): zero-shot logits and a cache of the training features.
//
//	logits = s cos(f, t) + α Σ_{j of class k} exp(-β (1 - cos(f, key_j)))
//
// A key is the mean of an image's raw features over the views, made unit: a
// view with a long feature weighs more.
type Tip struct {
	Alpha, Beta float32
	task        *Task
	text        *autograd.Tensor // [N, E] unit
	keys        *autograd.Tensor // [B, E] one a training image
}

// TipOptions are the settings of Tip-Adapter.
type TipOptions struct {
	// Alpha and Beta are the constants where there are no validation images to
	// search Grid by.
	Alpha, Beta float32
	Grid        TipGrid
}

// DefaultTip returns the settings that the release has for ImageNet.
func DefaultTip() TipOptions { return TipOptions{Alpha: 1.17, Beta: 1, Grid: defaultGrid} }

// defaultGrid is the release's for ImageNet.
var defaultGrid = TipGrid{MaxBeta: 7, MaxAlpha: 3}

// Fit fills the cache and searches the constants, if there are validation
// images.
func (o TipOptions) Fit(_ context.Context, t *Task, _ uint64) (Head, error) {
	h, err := NewTip(t, o.Alpha, o.Beta)
	if err != nil {
		return nil, err
	}
	if t.Val != nil {
		if _, err := h.Search(o.Grid); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// Restore returns a classifier of stored keys.
func (o TipOptions) Restore(t *Task, s Stored) (Head, error) {
	n, e := t.Text.Rows(), t.Text.Cols()
	keys, err := s.tensor("keys", anyLength, e)
	if err != nil {
		return nil, err
	}
	labels, err1 := s.labels(keys.Rows(), n)
	alpha, err2 := s.number("alpha")
	beta, err3 := s.number("beta")
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	task := *t
	task.Labels = labels
	return &Tip{Alpha: alpha, Beta: beta, task: &task, text: Unit(t.Text), keys: keys}, nil
}

// Wide says that Tip-Adapter reads features of the joint width.
func (o TipOptions) Wide() bool { return false }

// TipGrid is the grid of α and β that Tip-Adapter searches with validation
// images: β_i = 0.1 + i (MaxBeta-0.1)/200 for i < 200, α_j = 0.1 + j
// (MaxAlpha-0.1)/20 for j < 20.
type TipGrid struct{ MaxBeta, MaxAlpha float64 }

// The grid's resolution and lowest values in the release.
const (
	tipBetas  = 200
	tipAlphas = 20
	tipLowest = 0.1
)

// beta returns the grid's value i of β.
func (g TipGrid) beta(i int) float64 { return float64(i)*(g.MaxBeta-tipLowest)/tipBetas + tipLowest }

// alpha returns the grid's value j of α.
func (g TipGrid) alpha(j int) float64 { return float64(j)*(g.MaxAlpha-tipLowest)/tipAlphas + tipLowest }

// NewTip returns Tip-Adapter with given constants.
func NewTip(t *Task, alpha, beta float32) (*Tip, error) {
	if err := t.check("Tip-Adapter", nothing); err != nil {
		return nil, err
	}
	return &Tip{Alpha: alpha, Beta: beta, task: t, text: Unit(t.Text), keys: tipKeys(t.Views)}, nil
}

// tipKeys returns the unit means over views, [B, E].
func tipKeys(views []*autograd.Tensor) *autograd.Tensor {
	b, e := views[0].Rows(), views[0].Cols()
	mean := autograd.Zeros(b, e) // [B, E]
	for i := range mean.Data {
		sum := 0.0
		for _, v := range views {
			sum += float64(v.Data[i])
		}
		mean.Data[i] = float32(sum / float64(len(views)))
	}
	return Unit(mean)
}

// Keys are the cached features [B, E], the labels of the training images their
// values.
func (h *Tip) Keys() *autograd.Tensor { return h.keys }

// Learned lists the keys.
func (h *Tip) Learned() []nn.Named { return []nn.Named{{Name: "keys", Tensor: h.keys}} }

// State lists the keys, what they stand for, and the constants.
func (h *Tip) State() []nn.Named { return tipState(h.keys, h.task.Labels, h.Alpha, h.Beta) }

// tipState is what a checkpoint holds of a cache.
func tipState(keys *autograd.Tensor, labels []int, alpha, beta float32) []nn.Named {
	return []nn.Named{
		{Name: "keys", Tensor: keys},
		labelTensor(labels),
		{Name: "alpha", Tensor: autograd.Const([]float32{alpha}, 1)},
		{Name: "beta", Tensor: autograd.Const([]float32{beta}, 1)},
	}
}

// Logits are the zero-shot logits and the cache's, [B, N].
func (h *Tip) Logits(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor {
	mustFit("Tip-Adapter", h.keys)
	return tipLogits(tp, h.task, h.text, h.keys, x, h.Alpha, h.Beta)
}

// tipLogits are the zero-shot logits of x [B, E] and those of a cache of keys
// [C, E], [B, N]. The keys are used as they are, as trained ones are not unit.
func tipLogits(tp *autograd.Tape, t *Task, text, keys, x *autograd.Tensor, alpha, beta float32) *autograd.Tensor {
	x = tp.L2Normalize(x, eps)                                                    // [B, E]
	zero := tp.Scale(tp.MatMulT(x, text), t.Scale)                                // [B, N]
	cos := tp.MatMulT(x, keys)                                                    // [B, C]
	return tp.Add(zero, cacheLogits(tp, cos, t.Labels, text.Rows(), alpha, beta)) // [B, N]
}

// TipSearch is the outcome of a search of α and β with validation images.
type TipSearch struct {
	Alpha, Beta float32
	Correct     []int   // right answers for each β, summed over all α
	Best        int     // right answers with the chosen pair
	Margin      float64 // smallest gap between the two largest logits, over the grid: how safe the choice is
}

// Search chooses α and β by the validation images: the first pair, β outer and
// α inner, with the most right answers. It sets them.
func (h *Tip) Search(g TipGrid) (TipSearch, error) {
	if err := h.task.check("Tip-Adapter", validation); err != nil {
		return TipSearch{}, err
	}
	s := searchTip(h.task, h.text, h.keys, g, tipBetas)
	h.Alpha, h.Beta = s.Alpha, s.Beta
	return s, nil
}

// searchTip tries every pair of the grid, with the first of its betas.
func searchTip(t *Task, text, keys *autograd.Tensor, g TipGrid, betas int) TipSearch {
	val := Unit(t.Val)                              // [V, E]
	zero := cosineLogits(nil, t.Val, text, t.Scale) // [V, N]
	cos := (*autograd.Tape)(nil).MatMulT(val, keys) // [V, C]
	best := TipSearch{Best: -1, Margin: inf, Correct: make([]int, betas)}
	for i := range betas {
		cache := cacheLogits(nil, cos, t.Labels, text.Rows(), 1, float32(g.beta(i))) // [V, N]
		for j := range tipAlphas {
			right, margin := scoreSum(zero, cache, g.alpha(j), t.ValLabels)
			best.Correct[i] += right
			best.Margin = min(best.Margin, margin)
			if right > best.Best {
				best.Best, best.Alpha, best.Beta = right, float32(g.alpha(j)), float32(g.beta(i))
			}
		}
	}
	return best
}
