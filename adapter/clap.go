package adapter

import (
	"context"

	"frontdoor/autograd"
	"frontdoor/nn"
	"frontdoor/simd"
)

// CLAP trains one prototype a class, which starts as the class embedding and
// is held near it the more, the better zero-shot CLIP knows the class
// (Silva-Rodríguez et al., CVPR 2024; released code trainers/adapters.py):
//
//	logits = s cos(f, W),  loss = CE + mean_k λ_k |W_k - t_k|²
//	λ_k    = mean zero-shot probability of k over class k's images, all views
//
// Without the penalty it is the paper's ZS-LP. W and the penalty are in the
// scale of the raw embeddings. λ is fixed before training. The constraint is
// the release's default, l2.
type CLAP struct {
	CLAPOptions
	// Lambda holds the N weights of the penalty; zero for ZS-LP.
	Lambda []float32

	task   *Task
	rows   *autograd.Tensor // [R·B, E] raw features
	labels []int            // R·B
	w      *autograd.Tensor // [N, E]
	opt    *nn.SGD

	batches batches
}

// CLAPOptions are the settings of CLAP and ZS-LP.
type CLAPOptions struct {
	LR       float64
	Momentum float32
	Epochs   int
	Batch    int
	// Penalty is false for ZS-LP.
	Penalty bool
}

// DefaultCLAP returns the published settings.
func DefaultCLAP(penalty bool) CLAPOptions {
	return CLAPOptions{LR: 0.1, Momentum: 0.9, Epochs: 300, Batch: 256, Penalty: penalty}
}

// Fit trains the prototypes.
func (o CLAPOptions) Fit(ctx context.Context, t *Task, seed uint64) (Head, error) {
	return fitted(ctx, o, t, seed)
}

func (o CLAPOptions) start(t *Task, seed uint64) (Trained, error) {
	return NewCLAP(t, o, shuffled(len(t.Views)*len(t.Labels), seed))
}

// Restore returns a classifier of stored prototypes.
func (o CLAPOptions) Restore(t *Task, s Stored) (Head, error) {
	w, err := s.tensor("prototypes", t.Text.Rows(), t.Text.Cols())
	if err != nil {
		return nil, err
	}
	return &CLAP{CLAPOptions: o, task: t, w: w}, nil
}

// Wide says that CLAP reads features of the joint width.
func (o CLAPOptions) Wide() bool { return false }

// NewCLAP returns CLAP, or ZS-LP, before its first step. order gives each
// epoch's order of the R·B cached rows (row r·B+i is view r of image i).
func NewCLAP(t *Task, o CLAPOptions, order func(epoch int) []int) (*CLAP, error) {
	if err := t.check("CLAP", nothing); err != nil {
		return nil, err
	}
	if err := t.everyClass("CLAP"); err != nil && o.Penalty {
		return nil, err
	}
	h := &CLAP{CLAPOptions: o, Lambda: make([]float32, t.Text.Rows()), task: t}
	h.batches = batches{size: o.Batch, per: max(1, len(t.Labels)/o.Batch), order: order, epoch: -1}
	h.rows = stack(t.Views) // [R·B, E]
	for range t.Views {
		h.labels = append(h.labels, t.Labels...)
	}
	n, e := t.Text.Rows(), t.Text.Cols()
	h.w = autograd.Param(append([]float32(nil), t.Text.Data...), n, e)
	h.opt = nn.NewSGD(h.State())
	h.opt.Momentum, h.opt.WeightDecay = o.Momentum, 0
	if o.Penalty {
		h.setLambda()
	}
	return h, nil
}

// setLambda computes λ by zero-shot probabilities.
func (h *CLAP) setLambda() {
	sum := make([]float64, len(h.Lambda))
	count := make([]float64, len(h.Lambda))
	logits := cosineLogits(nil, h.rows, h.task.Text, h.task.Scale) // [R·B, N]
	for i, k := range h.labels {
		row := logits.Row(i)
		simd.Softmax(row, row)
		sum[k] += float64(row[k])
		count[k]++
	}
	for k := range sum {
		h.Lambda[k] = float32(sum[k] / count[k])
	}
}

// State lists the prototypes.
func (h *CLAP) State() []nn.Named { return []nn.Named{{Name: "prototypes", Tensor: h.w}} }

// PerEpoch is the number of steps of an epoch. The release goes through as
// many batches as its image loader has, B/batch, although each batch is drawn
// from all R·B cached rows; the loader drops an incomplete last batch unless it
// is the only one.
func (h *CLAP) PerEpoch() int { return h.batches.per }

// Steps is the number of all steps.
func (h *CLAP) Steps() int { return h.Epochs * h.PerEpoch() }

// Rate is the learning rate of a step: CoOp's schedule, by epochs.
func (h *CLAP) Rate(step int) float64 { return nn.EpochCosine(h.LR, step/h.PerEpoch(), h.Epochs) }

// BatchRows returns which of the R·B cached rows a step reads.
func (h *CLAP) BatchRows(step int) []int { return h.batches.rows(step) }

// Logits are the scaled cosines with the prototypes, [B, N].
func (h *CLAP) Logits(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor {
	mustFit("CLAP", h.w)
	return cosineLogits(tp, x, h.w, h.task.Scale)
}

// Loss is the cross entropy of a batch and the penalty.
func (h *CLAP) Loss(tp *autograd.Tape, step int) *autograd.Tensor {
	rows := h.BatchRows(step)
	ce := tp.CrossEntropy(h.Logits(tp, tp.Gather(h.rows, autograd.RowIndex(rows))), h.batches.labels(rows, h.labels))
	if !h.Penalty {
		return ce
	}
	return tp.Combine(one, ce, h.Constraint(tp))
}

// Constraint is mean_k λ_k |W_k - t_k|², of shape [1].
func (h *CLAP) Constraint(tp *autograd.Tape) *autograd.Tensor {
	return meanSquaredDistance(tp, h.w, h.task.Text, h.Lambda)
}

// Update is a step of SGD.
func (h *CLAP) Update(step int) { h.opt.Step(float32(h.Rate(step))) }

// Finish has nothing to choose.
func (h *CLAP) Finish() {}

// one holds the weights of losses that are summed as they are.
var one = []float32{1, 1}

// stack puts the rows of several tensors [B, D] below each other.
func stack(xs []*autograd.Tensor) *autograd.Tensor {
	b, d := xs[0].Rows(), xs[0].Cols()
	out := make([]float32, 0, len(xs)*b*d)
	for _, x := range xs {
		out = append(out, x.Data...)
	}
	return autograd.Const(out, len(xs)*b, d) // [R·B, D]
}
