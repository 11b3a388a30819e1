package adapter

import (
	"frontdoor/autograd"
	"frontdoor/nn"
)

// TipF is Tip-Adapter-F: Tip-Adapter whose keys are trained with fixed α and
// β, after which both are chosen by validation images. The weights are those
// of the last epoch. (The released code keeps the epoch that is best on the
// test set, and reports the better of two test accuracies.)
type TipF struct {
	TipFOptions
	// Order returns the order in which epoch e goes through the B images.
	Order func(epoch int) []int
	// Search is what was chosen after training; without validation images the
	// constants of training stay.
	Search TipSearch

	alpha, beta float32
	task        *Task
	text, keys  *autograd.Tensor   // [N, E] unit, [B, E]
	views       []*autograd.Tensor // R unit features [B, E]
	opt         *nn.Adam

	epoch  int
	order  []int
	target []int
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
	return TipFOptions{LR: 1e-3, Eps: 1e-4, WeightDecay: 0.01, Alpha: 1.17, Beta: 1, Epochs: 20, Batch: 256, Grid: TipGrid{MaxBeta: 7, MaxAlpha: 3}}
}

// NewTipF returns Tip-Adapter-F before its first step.
func NewTipF(t *Task, o TipFOptions, order func(epoch int) []int) (*TipF, error) {
	if err := t.check("Tip-Adapter-F", nothing); err != nil {
		return nil, err
	}
	keys := tipKeys(t.Views)
	h := &TipF{TipFOptions: o, Order: order, alpha: o.Alpha, beta: o.Beta, task: t, text: Unit(t.Text), epoch: -1}
	h.keys = autograd.Param(keys.Data, keys.Rows(), keys.Cols()) // [B, E]
	for _, v := range t.Views {
		h.views = append(h.views, Unit(v))
	}
	h.opt = nn.NewAdam([]nn.Named{{Name: "keys", Tensor: h.keys}})
	h.opt.Eps, h.opt.WeightDecay, h.opt.Decoupled = o.Eps, o.WeightDecay, true
	return h, nil
}

// State lists the keys and the constants.
func (h *TipF) State() []nn.Named {
	return append([]nn.Named{{Name: "keys", Tensor: h.keys}}, tipConstants(h.alpha, h.beta)...)
}

// Keys are the trained keys [B, E].
func (h *TipF) Keys() *autograd.Tensor { return h.keys }

// PerEpoch is the number of steps of an epoch; the last batch may be smaller.
func (h *TipF) PerEpoch() int { return (len(h.task.Labels) + h.Batch - 1) / h.Batch }

// Steps is the number of all steps.
func (h *TipF) Steps() int { return h.Epochs * h.PerEpoch() }

// Rate is the learning rate of a step: a cosine by steps to zero.
func (h *TipF) Rate(step int) float64 { return nn.WarmCosine(h.LR, step, 0, h.Steps(), 0, 0) }

// Logits are the zero-shot logits and the cache's with the current constants,
// [B, N].
func (h *TipF) Logits(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor {
	return tipLogits(tp, h.task, h.text, h.keys, x, h.alpha, h.beta)
}

// BatchLogits returns the logits of a step's batch [B', N] and its labels.
func (h *TipF) BatchLogits(tp *autograd.Tape, step int) (*autograd.Tensor, []int) {
	e := step / h.PerEpoch()
	if e != h.epoch {
		h.epoch, h.order = e, h.Order(e)
	}
	lo := step % h.PerEpoch() * h.Batch
	rows := h.order[lo:min(lo+h.Batch, len(h.order))]
	h.target = h.target[:0]
	for _, r := range rows {
		h.target = append(h.target, h.task.Labels[r])
	}
	return h.Logits(tp, tp.Gather(h.views[e%len(h.views)], autograd.RowIndex(rows))), h.target
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
	h.Search = searchTip(h.task, h.text, h.keys, h.Grid)
	h.alpha, h.beta = h.Search.Alpha, h.Search.Beta
}

// SetConstants sets α and β, such as those of training after the search.
func (h *TipF) SetConstants(alpha, beta float32) { h.alpha, h.beta = alpha, beta }
