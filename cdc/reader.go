package cdc

import (
	"fmt"
	"slices"

	"frontdoor/autograd"
	"frontdoor/data/augment"
	"frontdoor/internal/parallel"
	"frontdoor/prompt"
)

// reader is one classifier of test images: the text features of a template, and
// the encodings of the image whose logits it averages.
type reader struct {
	name   string
	text   int   // index of the template; that of t^0 is behind all others
	images []int // indices of encodings, or frozen
}

// frozen means the features of the whole image by the frozen tower, which Encode
// does not compute.
const frozen = -1

// plan is how test images are classified.
type plan struct {
	views   []augment.TestView // of the encodings with learned vision tokens
	centre  bool               // one encoding more: of the centre, by the frozen tower
	readers []reader
}

// testPlan makes the table of the readers:
//
//	               encodings                              S_m reads   t^0 reads
//	default        template m on the whole image           m           frozen
//	TestViews      template m on view m; frozen on centre  m           frozen, centre
//	Shared         template 0 on the whole image           0           0
//	  TestViews    the same; on the mirrored centre        0, 1, 0 ..  0, 1
//	Student        the student on the whole image          0 alone     0
func (o *Options) testPlan() plan {
	var p plan
	whole, several := augment.TestView{Side: 1}, o.TestViews && o.M > 1
	zero := reader{name: handCrafted, text: o.M + o.students()}
	switch o.Lite {
	case Student:
		p.views = []augment.TestView{whole}
		p.readers = []reader{{"student", o.M, []int{0}}}
		zero.images = []int{0}
	case Shared:
		p.views, zero.images = []augment.TestView{whole}, []int{0}
		if several {
			p.views = append(p.views, augment.TestView{Side: augment.Centre.Side, Mirror: true})
			zero.images = append(zero.images, 1)
		}
	default:
		p.views, zero.images = slices.Repeat([]augment.TestView{whole}, o.M), []int{frozen}
		if several {
			p.views = augment.TestViews(o.M)
			zero.images = append(zero.images, o.M)
			p.centre = o.HandCrafted
		}
	}
	for m := 0; m < o.M && o.Lite != Student; m++ {
		p.readers = append(p.readers, reader{fmt.Sprintf("S%d", m+1), m, []int{m % len(p.views)}})
	}
	if o.HandCrafted {
		p.readers = append(p.readers, zero)
	}
	return p
}

// handCrafted is the name of t^0 among the readers.
const handCrafted = "hand-crafted"

// Reads says that features by learned vision tokens are read, and those of the
// frozen tower if the hand-crafted template reads them.
func (l *Learner) Reads() (frozen, tuned bool) { return l.HandCrafted && l.Lite == "", true }

// Encode returns the unit features of images [B, 3, S, S] in all encodings of the
// plan, V views and perhaps the centre: [V·B, E] or [(V+1)·B, E], encoding by
// encoding.
func (l *Learner) Encode(images *autograd.Tensor) *autograd.Tensor {
	v := l.encodeViews(images) // [V·B, E]
	if !l.plan.centre {
		return v
	}
	centre := l.Model.ImageFeatures(nil, testViews(images, []augment.TestView{augment.Centre})) // [B, E]
	return autograd.Const(slices.Concat(v.Data, centre.Data), v.Rows()+centre.Rows(), v.Cols())
}

// encodeViews returns the unit features [V·B, E] of images [B, 3, S, S] in V
// views, by learned vision tokens.
func (l *Learner) encodeViews(images *autograd.Tensor) *autograd.Tensor {
	if !slices.ContainsFunc(l.plan.views, func(v augment.TestView) bool { return v != augment.TestView{Side: 1} }) {
		return l.encoder.Encode(images)
	}
	_, vision := prompt.Join(nil, l.encoder.Templates)
	return l.encoder.ImageFeatures(nil, testViews(images, l.plan.views), vision)
}

// testViews returns the views of images [B, 3, S, S], [V·B, 3, S, S] view by
// view: the average over x' of the front door, for which training has random
// augmentations.
func testViews(images *autograd.Tensor, views []augment.TestView) *autograd.Tensor {
	b, h, w := images.Dim(0), images.Dim(2), images.Dim(3)
	all := autograd.Zeros(len(views)*b, 3, h, w)
	per := 3 * h * w
	parallel.For(len(views)*b, 4, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			src := images.Data[i%b*per : (i%b+1)*per]
			views[i/b].Apply(all.Data[i*per:(i+1)*per], src, h, w)
		}
	})
	return all
}

// logits returns the logits [B, K] of each reader.
func (l *Learner) logits(f prompt.Features) []*autograd.Tensor {
	texts := append(l.Split(nil, l.TextFeatures()), l.w0) // [K, E] each
	var logits []*autograd.Tensor
	for _, r := range l.plan.readers {
		var each []*autograd.Tensor // [B, K]
		for _, i := range r.images {
			each = append(each, l.Model.Logits(nil, l.encoding(f, i), texts[r.text]))
		}
		logits = append(logits, mean(each, ones(len(each))))
	}
	return logits
}

// encoding returns the features [B, E] of encoding i.
func (l *Learner) encoding(f prompt.Features, i int) *autograd.Tensor {
	if i == frozen {
		return f.Frozen
	}
	encodings := len(l.plan.views)
	if l.plan.centre {
		encodings++
	}
	b, e := f.Tuned.Rows()/encodings, f.Tuned.Cols()
	return autograd.Const(f.Tuned.Data[i*b*e:(i+1)*b*e], b, e)
}

// weights returns the weight of each reader in the fusion: the similarity of the
// classes to the training classes for the learned templates, 1 for the
// hand-crafted one, which is not trained. Where that one takes no part all
// weights are 1.
func (l *Learner) weights() []float64 {
	weights := ones(len(l.plan.readers))
	if l.ClassSimilarity && l.HandCrafted {
		for m := range len(weights) - 1 {
			weights[m] = l.similarity
		}
	}
	return weights
}
