package adapter

import (
	"context"

	"frontdoor/autograd"
	"frontdoor/nn"
)

// TipF is Tip-Adapter-F: Tip-Adapter whose keys are trained with fixed α and
// β, after which both are chosen by validation images. The weights are those
// of the last epoch. (The released code keeps the epoch that is best on the
// test set, and reports the better of two test accuracies.)
type TipF struct {
	TipFOptions
	// Search is what was chosen after training; without validation images the
	// constants of training stay.
	Search TipSearch

	alpha, beta float32
	task        *Task
	text, keys  *autograd.Tensor   // [N, E] unit, [B, E]
	views       []*autograd.Tensor // R unit features [B, E]
	opt         *nn.Adam
	batches     batches
}

// TipFOptions are the settings of Tip-Adapter-F.
type TipFOptions struct {
	LR, Eps, WeightDecay float64 // of AdamW
	Alpha, Beta          float32 // while training
	Epochs               int     // 20, EuroSAT 100; epoch e reads view e mod R
	Batch                int
	Grid                 TipGrid
}

// DefaultTipF returns the settings that the release has for ImageNet.
func DefaultTipF() TipFOptions {
	return TipFOptions{LR: 1e-3, Eps: 1e-4, WeightDecay: 0.01, Alpha: 1.17, Beta: 1, Epochs: 20, Batch: 256, Grid: defaultGrid}
}

// Fit trains the keys.
func (o TipFOptions) Fit(ctx context.Context, t *Task, seed uint64) (Head, error) {
	return fitted(ctx, o, t, seed)
}

func (o TipFOptions) start(t *Task, seed uint64) (Trained, error) {
	return NewTipF(t, o, shuffled(len(t.Labels), seed))
}

// Restore returns a Tip-Adapter of the trained keys.
func (o TipFOptions) Restore(t *Task, s Stored) (Head, error) { return TipOptions{}.Restore(t, s) }

// Wide says that Tip-Adapter-F reads features of the joint width.
func (o TipFOptions) Wide() bool { return false }

// NewTipF returns Tip-Adapter-F before its first step. order gives each epoch's
// order of the B images.
func NewTipF(t *Task, o TipFOptions, order func(epoch int) []int) (*TipF, error) {
	if err := t.check("Tip-Adapter-F", nothing); err != nil {
		return nil, err
	}
	keys := tipKeys(t.Views)
	h := &TipF{TipFOptions: o, alpha: o.Alpha, beta: o.Beta, task: t, text: Unit(t.Text)}
	h.batches = batches{size: o.Batch, per: (len(t.Labels) + o.Batch - 1) / o.Batch, order: order, epoch: -1}
	h.keys = autograd.Param(keys.Data, keys.Rows(), keys.Cols()) // [B, E]
	for _, v := range t.Views {
		h.views = append(h.views, Unit(v))
	}
	h.opt = nn.NewAdam([]nn.Named{{Name: "keys", Tensor: h.keys}})
	h.opt.Eps, h.opt.WeightDecay, h.opt.Decoupled = o.Eps, o.WeightDecay, true
	return h, nil
}

// State lists the keys, what they stand for, and the constants.
func (h *TipF) State() []nn.Named {
	return tipState(h.keys, h.task.Labels, h.alpha, h.beta)
}

// Keys are the trained keys [B, E].
func (h *TipF) Keys() *autograd.Tensor { return h.keys }

// PerEpoch is the number of steps of an epoch; the last batch may be smaller.
func (h *TipF) PerEpoch() int { return h.batches.per }

// Steps is the number of all steps.
func (h *TipF) Steps() int { return h.Epochs * h.PerEpoch() }

// Rate is the learning rate of a step: a cosine by steps to zero.
func (h *TipF) Rate(step int) float64 { return nn.WarmCosine(h.LR, step, 0, h.Steps(), 0, 0) }

// Logits are the zero-shot logits and the cache's with the current constants,
// [B, N].
func (h *TipF) Logits(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor {
	mustFit("Tip-Adapter-F", h.keys)
	return tipLogits(tp, h.task, h.text, h.keys, x, h.alpha, h.beta)
}

// BatchLogits returns the logits of a step's batch [B', N] and its labels.
func (h *TipF) BatchLogits(tp *autograd.Tape, step int) (*autograd.Tensor, []int) {
	rows, view := h.batches.rows(step), h.views[step/h.PerEpoch()%len(h.views)]
	return h.Logits(tp, tp.Gather(view, autograd.RowIndex(rows))), h.batches.labels(rows, h.task.Labels)
}

// Loss is the cross entropy of a step's batch.
func (h *TipF) Loss(tp *autograd.Tape, step int) *autograd.Tensor {
	return tp.CrossEntropy(h.BatchLogits(tp, step))
}

// Update is a step of AdamW.
func (h *TipF) Update(step int) { h.opt.Step(h.Rate(step)) }

// Finish searches the constants, if there are validation images.
func (h *TipF) Finish() {
	if h.task.Val == nil {
		return
	}
	h.Search = searchTip(h.task, h.text, h.keys, h.Grid, tipBetas)
	h.alpha, h.beta = h.Search.Alpha, h.Search.Beta
}

// SetConstants sets α and β, such as those of training after the search.
func (h *TipF) SetConstants(alpha, beta float32) { h.alpha, h.beta = alpha, beta }
