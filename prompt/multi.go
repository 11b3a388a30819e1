package prompt

import (
	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// Multi runs M coupled templates through both towers at once. It is the part
// that MaPLe (M = 1) and CDC have in common: bookkeeping of classes, packed
// prompts and image batches, and text features kept while nothing is trained.
type Multi struct {
	Model     *clip.Model
	Templates []*Coupled

	packed *textenc.Packed    // M groups of N prompts
	text   *autograd.Tensor   // [M·N, E] as of the last TextFeatures; nil after training on
	batch  map[int]*vit.Batch // by number of images a template
}

// SetClasses lays out the prompts of the classes.
func (l *Multi) SetClasses(names []string) (err error) {
	l.text = nil
	l.packed, err = Prompts(l.Model, l.Templates, names)
	return err
}

// Features returns unit features for a training batch: images [M·B, 3, S, S],
// template by template, to [M·B, E], and the classes to [M·N, E].
func (l *Multi) Features(tp *autograd.Tape, images *autograd.Tensor) (v, w *autograd.Tensor) {
	l.text = nil // about to be trained on
	text, vision := Join(tp, l.Templates)
	w = tp.L2Normalize(l.Model.Text.Encode(tp, l.packed, text), 0)
	return l.ImageFeatures(tp, images, vision), w
}

// ImageFeatures returns the unit features [M·B, E] of images [M·B, 3, S, S].
// vision may be nil outside of training.
func (l *Multi) ImageFeatures(tp *autograd.Tape, images *autograd.Tensor, vision *vit.Prompts) *autograd.Tensor {
	if vision == nil {
		_, vision = Join(tp, l.Templates)
	}
	batch := l.layout(images.Dim(0) / len(l.Templates))
	return tp.L2Normalize(l.Model.Vision.Encode(tp, images, batch, vision), 0)
}

// TextFeatures returns the unit features [M·N, E] of the classes with what has
// been learned so far, computed once until training goes on.
func (l *Multi) TextFeatures() *autograd.Tensor {
	if l.text == nil {
		text, _ := Join(nil, l.Templates)
		l.text = (*autograd.Tape)(nil).L2Normalize(l.Model.Text.Encode(nil, l.packed, text), 0)
	}
	return l.text
}

// layout returns the row layout of n images for each template.
func (l *Multi) layout(n int) *vit.Batch {
	if b, ok := l.batch[n]; ok {
		return b
	}
	var template []int
	for m := range l.Templates {
		for range n {
			template = append(template, m)
		}
	}
	if l.batch == nil {
		l.batch = make(map[int]*vit.Batch)
	}
	l.batch[n] = vit.NewBatch(l.Model.Config.Vision, template, l.Templates[0].Tokens)
	return l.batch[n]
}
