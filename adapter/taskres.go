package adapter

import (
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
}

// TaskResOptions are the settings of TaskRes.
type TaskResOptions struct {
	Alpha       float32 // weight of the residual: 0.5, Flowers102 1
	LR          float64 // 2e-3, ImageNet 2e-4
	WeightDecay float64 // L2, inside Adam
	Epochs      int     // one full batch each, of view epoch mod R
}

// DefaultTaskRes returns the published settings: 100 epochs up to 4 images a
// class, 200 beyond.
func DefaultTaskRes(shots int) TaskResOptions {
	o := TaskResOptions{Alpha: 0.5, LR: 2e-3, WeightDecay: 5e-4, Epochs: 200}
	if shots <= 4 {
		o.Epochs = 100
	}
	return o
}

// NewTaskRes returns TaskRes before its first step.
func NewTaskRes(t *Task, o TaskResOptions) (*TaskRes, error) {
	if err := t.check("TaskRes", nothing); err != nil {
		return nil, err
	}
	n, e := t.Text.Rows(), t.Text.Cols()
	h := &TaskRes{TaskResOptions: o, task: t, residual: autograd.Param(make([]float32, n*e), n, e)}
	for _, v := range t.Views {
		h.views = append(h.views, Unit(v))
	}
	h.opt = nn.NewAdam(h.State())
	h.opt.WeightDecay = o.WeightDecay
	return h, nil
}

// State lists the residuals.
func (h *TaskRes) State() []nn.Named { return []nn.Named{{Name: "residual", Tensor: h.residual}} }

// Steps is one full batch an epoch.
func (h *TaskRes) Steps() int { return h.Epochs }

// Rate is the learning rate of a step: CoOp's schedule, one warm-up epoch and
// then a cosine.
func (h *TaskRes) Rate(step int) float64 { return nn.EpochCosine(h.LR, step, h.Epochs) }

// Logits are the scaled cosines with the moved embeddings, [B, N].
func (h *TaskRes) Logits(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor {
	text := tp.Add(h.task.Text, tp.Scale(h.residual, h.Alpha)) // [N, E]
	return cosineLogits(tp, x, text, h.task.Scale)             // [B, N]
}

// Loss is the cross entropy of all training images in the step's view.
func (h *TaskRes) Loss(tp *autograd.Tape, step int) *autograd.Tensor {
	return tp.CrossEntropy(h.Logits(tp, h.views[step%len(h.views)]), h.task.Labels)
}

// Update is a step of Adam.
func (h *TaskRes) Update(step int) { h.opt.Step(h.Rate(step)) }

// Finish has nothing to choose.
func (h *TaskRes) Finish() {}
