package adapter

import (
	"context"

	"frontdoor/autograd"
	"frontdoor/nn"
)

// TaskRes adds a learned residual to each class embedding (Yu et al., CVPR
// 2023, equation 4; released code trainers/taskres.py):
//
//	t'_k = t_k + α x_k,  logits = s cos(f, t')
//
// x [N, E] starts at zero. t is the raw embedding: α x is added before
// normalisation, so a long embedding moves less.
type TaskRes struct {
	TaskResOptions
	task     *Task
	views    []*autograd.Tensor // R unit features [B, E]
	residual *autograd.Tensor   // x [N, E]
	opt      *nn.Adam
	batches  batches
}

// TaskResOptions are the settings of TaskRes.
type TaskResOptions struct {
	Alpha       float32 // weight of the residual: 0.5, Flowers102 1
	LR          float64 // 2e-3, ImageNet 2e-4
	WeightDecay float64 // L2, inside Adam
	Epochs      int     // epoch e reads view e mod R
	Batch       int     // 256; an incomplete last batch is dropped, if it is not the only one
}

// DefaultTaskRes returns the published settings: 100 epochs up to 4 images a
// class, 200 beyond.
func DefaultTaskRes(shots int) TaskResOptions {
	o := TaskResOptions{Alpha: 0.5, LR: 2e-3, WeightDecay: 5e-4, Epochs: 200, Batch: 256}
	if shots <= 4 {
		o.Epochs = 100
	}
	return o
}

// Fit trains the residuals.
func (o TaskResOptions) Fit(ctx context.Context, t *Task, seed uint64) (Head, error) {
	return fitted(ctx, o, t, seed)
}

func (o TaskResOptions) start(t *Task, seed uint64) (Trained, error) {
	return NewTaskRes(t, o, shuffled(len(t.Labels), seed))
}

// Restore returns a classifier of stored residuals.
func (o TaskResOptions) Restore(t *Task, s Stored) (Head, error) {
	x, err := s.tensor("residual", t.Text.Rows(), t.Text.Cols())
	if err != nil {
		return nil, err
	}
	return &TaskRes{TaskResOptions: o, task: t, residual: x}, nil
}

// Wide says that TaskRes reads features of the joint width.
func (o TaskResOptions) Wide() bool { return false }

// NewTaskRes returns TaskRes before its first step. order gives each epoch's
// order of the images, where they are more than a batch.
func NewTaskRes(t *Task, o TaskResOptions, order func(epoch int) []int) (*TaskRes, error) {
	if err := t.check("TaskRes", nothing); err != nil {
		return nil, err
	}
	n, e := t.Text.Rows(), t.Text.Cols()
	h := &TaskRes{TaskResOptions: o, task: t, residual: autograd.Param(make([]float32, n*e), n, e)}
	h.batches = batches{size: o.Batch, per: max(1, len(t.Labels)/o.Batch), order: order, epoch: -1}
	for _, v := range t.Views {
		h.views = append(h.views, Unit(v))
	}
	h.opt = nn.NewAdam(h.State())
	h.opt.WeightDecay = o.WeightDecay
	return h, nil
}

// State lists the residuals.
func (h *TaskRes) State() []nn.Named { return []nn.Named{{Name: "residual", Tensor: h.residual}} }

// PerEpoch is the number of steps of an epoch.
func (h *TaskRes) PerEpoch() int { return h.batches.per }

// Steps is the number of all steps.
func (h *TaskRes) Steps() int { return h.Epochs * h.batches.per }

// Rate is the learning rate of a step: CoOp's schedule by epochs, one to warm up
// and then a cosine.
func (h *TaskRes) Rate(step int) float64 {
	return nn.EpochCosine(h.LR, step/h.batches.per, h.Epochs)
}

// Logits are the scaled cosines with the moved embeddings, [B, N].
func (h *TaskRes) Logits(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor {
	mustFit("TaskRes", h.residual)
	text := tp.Add(h.task.Text, tp.Scale(h.residual, h.Alpha)) // [N, E]
	return cosineLogits(tp, x, text, h.task.Scale)             // [B, N]
}

// Loss is the cross entropy of a batch of images in the epoch's view. Images that
// are no more than a batch come in their own order.
func (h *TaskRes) Loss(tp *autograd.Tape, step int) *autograd.Tensor {
	view := h.views[step/h.batches.per%len(h.views)] // [B, E]
	if len(h.task.Labels) <= h.Batch {
		return tp.CrossEntropy(h.Logits(tp, view), h.task.Labels)
	}
	rows := h.batches.rows(step)
	return tp.CrossEntropy(h.Logits(tp, tp.Gather(view, autograd.RowIndex(rows))), h.batches.labels(rows, h.task.Labels))
}

// Update is a step of Adam.
func (h *TaskRes) Update(step int) { h.opt.Step(h.Rate(step)) }

// Finish has nothing to choose.
func (h *TaskRes) Finish() {}
