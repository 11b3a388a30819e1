package adapter

import (
	"context"

	"frontdoor/autograd"
	"frontdoor/nn"
)

// ProLIP trains the image tower's last projection V [D, E] and nothing else
// (Fahes et al., arXiv 2410.05270; released code methods/ProLIP.py):
//
//	logits = s cos(x V, t),  loss = CE + λ |V - V_0|²_F
//
// x are the class token's features before the projection. The text side is
// untouched, so that a trained V classifies among any classes. λ is the inverse
// of the number of images a class by default, so that nothing is chosen by
// validation.
type ProLIP struct {
	ProLIPOptions
	task *Task
	proj *autograd.Tensor // V [D, E]
	opt  *nn.Adam
}

// ProLIPOptions are the settings of ProLIP.
type ProLIPOptions struct {
	LR         float64
	Eps        float64 // of Adam
	Lambda     float32 // weight of the distance to the pre-trained projection
	Iterations int     // steps, a full batch each
}

// DefaultProLIP returns the published settings for a number of images a class.
func DefaultProLIP(shots int) ProLIPOptions {
	return ProLIPOptions{LR: 1e-5, Eps: 1e-4, Lambda: 1 / float32(max(1, shots)), Iterations: 300}
}

// Fit trains the projection.
func (o ProLIPOptions) Fit(ctx context.Context, t *Task, seed uint64) (Head, error) {
	return fitted(ctx, o, t, seed)
}

func (o ProLIPOptions) start(t *Task, _ uint64) (Trained, error) { return NewProLIP(t, o) }

// Restore returns a stored projection.
func (o ProLIPOptions) Restore(t *Task, s Stored) (Head, error) {
	v, err := s.tensor("proj", t.Proj.Shape()...)
	if err != nil {
		return nil, err
	}
	return &ProLIP{ProLIPOptions: o, task: t, proj: v}, nil
}

// Wide says that ProLIP reads features before the last projection.
func (o ProLIPOptions) Wide() bool { return true }

// Among returns the trained projection with other classes.
func (h *ProLIP) Among(text *autograd.Tensor) (Head, error) {
	return &ProLIP{ProLIPOptions: h.ProLIPOptions, task: &Task{Text: text, Scale: h.task.Scale}, proj: h.proj}, nil
}

// NewProLIP returns ProLIP before its first step. The task's views are features
// before the projection.
func NewProLIP(t *Task, o ProLIPOptions) (*ProLIP, error) {
	if err := t.check("ProLIP", projection); err != nil {
		return nil, err
	}
	h := &ProLIP{ProLIPOptions: o, task: t}
	h.proj = autograd.Param(append([]float32(nil), t.Proj.Data...), t.Proj.Rows(), t.Proj.Cols())
	h.opt = nn.NewAdam(h.State())
	h.opt.Eps = o.Eps
	return h, nil
}

// State lists the projection.
func (h *ProLIP) State() []nn.Named { return []nn.Named{{Name: "proj", Tensor: h.proj}} }

// Steps is the number of full batches.
func (h *ProLIP) Steps() int { return h.Iterations }

// PerEpoch is one: every step reads all images.
func (h *ProLIP) PerEpoch() int { return 1 }

// Rate is the learning rate of a step: a cosine from the first step on.
func (h *ProLIP) Rate(step int) float64 {
	return nn.WarmCosine(h.LR, step, 0, h.Iterations, 0, 0)
}

// Logits are the scaled cosines of the projected features [B, D] with the
// classes, [B, N].
func (h *ProLIP) Logits(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor {
	mustFit("ProLIP", h.proj)
	return cosineLogits(tp, tp.MatMul(x, h.proj), h.task.Text, h.task.Scale)
}

// CrossEntropy is the loss of a step without the penalty. Step t reads view
// t+1 mod R: the release advances its counter before use, so that view 0 comes
// last.
func (h *ProLIP) CrossEntropy(tp *autograd.Tape, step int) *autograd.Tensor {
	view := h.task.Views[(step+1)%len(h.task.Views)]
	return tp.CrossEntropy(h.Logits(tp, view), h.task.Labels)
}

// Distance is |V - V_0|²_F, of shape [1].
func (h *ProLIP) Distance(tp *autograd.Tape) *autograd.Tensor {
	d := tp.Sub(h.proj, h.task.Proj) // [D, E]
	return tp.Scale(tp.MeanSquare(d), float32(d.Len()))
}

// Loss is the cross entropy of a view of all training images and the penalty.
func (h *ProLIP) Loss(tp *autograd.Tape, step int) *autograd.Tensor {
	ce := h.CrossEntropy(tp, step)
	return tp.Combine([]float32{1, h.Lambda}, ce, h.Distance(tp))
}

// Update is a step of Adam.
func (h *ProLIP) Update(step int) { h.opt.Step(h.Rate(step)) }

// Finish has nothing to choose.
func (h *ProLIP) Finish() {}
