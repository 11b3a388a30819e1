package prompt_test

import (
	"fmt"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// KgCoOp is CoOp with a regulariser in the manner of Yao et al. (CVPR 2023):
// the text features w_k that are learned stay near those of the hand-crafted
// caption, w_k^0. Its loss is CE + Weight · mean_k |w_k - w_k^0|².
type KgCoOp struct {
	*prompt.Tuned // views, state and prediction are CoOp's
	coop          *prompt.CoOp
	template      string
	weight        float32
	w0            *autograd.Tensor // [N, E]
}

// NewKgCoOp returns an untrained learner.
func NewKgCoOp(m *clip.Model, template string, weight float32, view augment.View, seed uint64) (*KgCoOp, error) {
	coop, err := prompt.NewCoOp(m, prompt.Context{Words: "a photo of a"}, seed)
	if err != nil {
		return nil, err
	}
	return &KgCoOp{Tuned: prompt.Tune("kgcoop", coop, view), coop: coop, template: template, weight: weight}, nil
}

// SetClasses sets the classes of the context and of the hand-crafted caption.
func (l *KgCoOp) SetClasses(names []string) (err error) {
	if l.w0, err = prompt.CaptionFeatures(l.coop.Model, l.template, names); err != nil {
		return err
	}
	return l.coop.SetClasses(names)
}

// Loss is the cross entropy plus the distance from what CLIP knows.
func (l *KgCoOp) Loss(tp *autograd.Tape, b prompt.Batch) *autograd.Tensor {
	w := l.coop.TextFeatures(tp)                        // [N, E]
	v := l.coop.Model.ImageFeatures(nil, b.Images)      // [B, E]
	logits := l.coop.Model.Logits(tp, v, w)             // [B, N]
	distance := tp.MeanSquare(tp.Sub(w, l.w0))          // over N·E elements
	share := []float32{1, l.weight * float32(w.Cols())} // mean over N only
	return tp.Combine(share, tp.CrossEntropy(logits, b.Labels), distance)
}

var _ prompt.Learner = (*KgCoOp)(nil)

// A method of one's own: KgCoOp trains for a few steps on noise.
func Example() {
	model, err := clip.Tiny()
	if err != nil {
		panic(err)
	}
	l, err := NewKgCoOp(model, "a photo of a {}.", 8, augment.View{}, 1)
	if err != nil {
		panic(err)
	}
	if err := l.SetClasses([]string{"red star", "blue circle"}); err != nil {
		panic(err)
	}
	s := model.Config.Vision.Image
	b := prompt.Batch{Images: autograd.Zeros(2, 3, s, s), Labels: []int{0, 1}}
	tp, opt := autograd.NewTape(), nn.NewSGD(l.Params())
	first, last := float32(0), float32(0)
	for step := range 10 {
		loss := l.Loss(tp, b)
		if last = loss.Item(); step == 0 {
			first = last
		}
		tp.Backward(loss)
		opt.Step(0.02)
		tp.Reset()
	}
	fmt.Println("loss falls:", last < first)
	// Output: loss falls: true
}
