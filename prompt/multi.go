package prompt

import (
	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// Multi runs M coupled templates through both towers at once. It is the part
// that Ensemble and CDC have in common: layouts of prompts and image batches, and
// text features kept between training steps.
type Multi struct {
	Model     *clip.Model
	Templates []*Coupled
	// OneVision trains with the vision tokens of the first template for all.
	OneVision bool

	packed  *textenc.Batch     // M groups of N prompts
	text    *autograd.Tensor   // [M·N, E] as of the last TextFeatures; nil after training on
	layouts recent[*vit.Batch] // of a view for each template
	clean   recent[*vit.Batch] // of images that all templates share
}

// count is M. It panics if there are no templates, as in a zero value.
func (l *Multi) count() int {
	if len(l.Templates) == 0 {
		panic("prompt: there are no templates: a learner is made by the function that returns its type")
	}
	return len(l.Templates)
}

// SetClasses lays out the prompts of the classes.
func (l *Multi) SetClasses(names []string) (err error) {
	l.text = nil
	l.packed, err = packTemplates(l.Model, l.Templates, names)
	return err
}

// Features returns unit features for a training batch: images [M·B, 3, S, S],
// template by template, to [M·B, E], and the classes to [M·N, E].
func (l *Multi) Features(tp *autograd.Tape, images *autograd.Tensor) (v, w *autograd.Tensor) {
	mustChoose(l.packed != nil)
	l.text = nil // about to be trained on
	text, vision := Join(tp, l.Templates)
	if l.OneVision {
		_, vision = Join(tp, l.Templates[:1])
	}
	w = tp.L2Normalize(l.Model.Text.Encode(tp, l.packed, text), 0)
	return l.ImageFeatures(tp, images, vision), w
}

// ImageFeatures returns the unit features [M·B, E] of images [M·B, 3, S, S], a
// view for each template.
func (l *Multi) ImageFeatures(tp *autograd.Tape, images *autograd.Tensor, vision *vit.Prompts) *autograd.Tensor {
	m := l.count()
	if l.OneVision {
		m = 1
	}
	n := images.Dim(0) / m
	batch := l.layouts.of(n, func() *vit.Batch { return layout(l.Model.Config.Vision, n, m, l.Templates[0].Tokens) })
	return tp.L2Normalize(l.Model.Vision.Encode(tp, images, batch, vision), 0)
}

// Reads says that features of the templates are all that is read.
func (l *Multi) Reads() (frozen, tuned bool) { return false, true }

// Encode returns the unit features [M·B, E] of images [B, 3, S, S], the same for
// all templates, without a tape. Their patches are embedded once.
func (l *Multi) Encode(images *autograd.Tensor) *autograd.Tensor {
	m, b := l.count(), images.Dim(0)
	_, vision := Join(nil, l.Templates)
	batch := l.clean.of(b, func() *vit.Batch {
		return vit.NewSharedBatch(l.Model.Config.Vision, b, m, l.Templates[0].Tokens)
	})
	return (*autograd.Tape)(nil).L2Normalize(l.Model.Vision.Encode(nil, images, batch, vision), 0)
}

// TextFeatures returns the unit features [M·N, E] of the classes with what has
// been learned so far, computed once until the next training step.
func (l *Multi) TextFeatures() *autograd.Tensor {
	mustChoose(l.packed != nil)
	if l.text == nil {
		text, _ := Join(nil, l.Templates)
		l.text = (*autograd.Tape)(nil).L2Normalize(l.Model.Text.Encode(nil, l.packed, text), 0)
	}
	return l.text
}

// Split cuts features [M·n, E] of M templates into M tensors [n, E].
func (l *Multi) Split(tp *autograd.Tape, x *autograd.Tensor) []*autograd.Tensor {
	if l.count() == 1 {
		return []*autograd.Tensor{x}
	}
	n := x.Rows() / l.count()
	parts := make([]*autograd.Tensor, l.count())
	for m := range parts {
		parts[m] = tp.Slice(x, m*n, (m+1)*n) // [n, E]
	}
	return parts
}

// logits returns the scaled cosines of each template, M tensors [B, N], from
// its unit features: v [M·B, E] of the images and w [M·N, E] of the classes.
func (l *Multi) logits(tp *autograd.Tape, v, w *autograd.Tensor) []*autograd.Tensor {
	vs, ws := l.Split(tp, v), l.Split(tp, w)
	logits := make([]*autograd.Tensor, len(vs))
	for m := range vs {
		logits[m] = l.Model.Logits(tp, vs[m], ws[m])
	}
	return logits
}
