package adapter

import (
	"context"
	"fmt"
	"math"

	"frontdoor/autograd"
	"frontdoor/nn"
)

// Head classifies features. A [Kind] makes one; the zero values of this package's
// heads have nothing to classify with, and their Logits panic.
type Head interface {
	// Logits returns the logits [B, N] of features x [B, D], which need not be
	// of unit length. A nil tape computes without recording.
	Logits(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor
	// State lists what a checkpoint must hold.
	State() []nn.Named
}

// Trained is a head whose weights are found by gradient steps.
type Trained interface {
	Head
	// Steps is the number of steps of the whole training, PerEpoch of an epoch.
	Steps() int
	PerEpoch() int
	// Rate is the learning rate of a step.
	Rate(step int) float64
	// Loss is the loss of a step's batch, of shape [1]. Steps are asked for in
	// order.
	Loss(tp *autograd.Tape, step int) *autograd.Tensor
	// Update moves the weights against the gradients of a step's loss and clears
	// them.
	Update(step int)
	// Finish fixes what is chosen after the last step.
	Finish()
}

// Session is the training of a head, one step at a time.
type Session struct {
	head Trained
	tape *autograd.Tape
	step int
}

// NewSession returns the training of a head from its first step on.
func NewSession(h Trained) *Session { return &Session{head: h, tape: autograd.NewTape()} }

// Done reports whether all steps have been taken.
func (s *Session) Done() bool { return s.step >= s.head.Steps() }

// Step takes the next step and returns its loss. It fails when the loss is no
// finite number.
func (s *Session) Step() (float64, error) {
	defer s.tape.Reset()
	loss := s.head.Loss(s.tape, s.step)
	value := float64(loss.Item())
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return 0, fmt.Errorf("adapter: the loss of step %d became %v", s.step+1, value)
	}
	s.tape.Backward(loss)
	s.head.Update(s.step)
	s.step++
	if s.Done() {
		s.head.Finish()
	}
	return value, nil
}

// Fit trains a head to the end. tick, if not nil, is told each step's loss.
// Fit ends early with ctx's error.
func Fit(ctx context.Context, h Trained, tick func(step int, loss float64)) error {
	s := NewSession(h)
	for !s.Done() {
		if err := ctx.Err(); err != nil {
			return err
		}
		step := s.step
		loss, err := s.Step()
		if err != nil {
			return err
		}
		if tick != nil {
			tick(step, loss)
		}
	}
	return nil
}

// mustFit panics if a head lacks the tensor that it classifies with.
func mustFit(head string, t *autograd.Tensor) {
	if t == nil {
		panic("adapter: " + head + " is not fitted: Fit or Restore of its options makes a head")
	}
}

// gradual is a [Kind] of heads that are trained by steps.
type gradual interface {
	// start returns a head before its first step.
	start(t *Task, seed uint64) (Trained, error)
}

// fitted is Fit for a kind of heads.
func fitted(ctx context.Context, kind gradual, t *Task, seed uint64) (Head, error) {
	h, err := kind.start(t, seed)
	if err != nil {
		return nil, err
	}
	return h, Fit(ctx, h, nil)
}

// cosineLogits is s times the cosine of each row of x [B, E] with each row of w
// [N, E], of shape [B, N].
func cosineLogits(tp *autograd.Tape, x, w *autograd.Tensor, s float32) *autograd.Tensor {
	x = tp.L2Normalize(x, eps)           // [B, E]
	w = tp.L2Normalize(w, eps)           // [N, E]
	return tp.Scale(tp.MatMulT(x, w), s) // [B, N]
}

// eps keeps a row of zeros from being divided by its length.
const eps = 1e-12
