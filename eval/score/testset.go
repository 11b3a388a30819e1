package score

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdoor/data"
	"frontdoor/eval/train"
	"frontdoor/internal/setting"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// Classify runs the learner over items, among the classes it has been given.
func Classify(ctx context.Context, l prompt.Learner, items []data.Item, load *train.Loader) (*Outcome, error) {
	return (&TestSet{Items: items, Load: load}).Classify(ctx, l)
}

// TestSet is a set of test images that a learner is asked about several times,
// among other classes each time. The features of the images do not depend on
// the classes, so the image tower works in the first call of Classify only. All
// calls must be about one learner, trained no further.
type TestSet struct {
	Items []data.Item
	Load  *train.Loader
	Keep  bool // the features, for another call
	// Record says that the outcome is asked for its Answers.
	Record bool

	batches []*train.Batch // that are kept
	bytes   int
}

// keptBytes bounds the features that a test set keeps.
const keptBytes = 512 << 20

// Classify runs the learner over the images, among the classes it has been
// given. It is an error if none of them can be read, or if answers are NaN.
func (t *TestSet) Classify(ctx context.Context, l prompt.Learner) (*Outcome, error) {
	o := &Outcome{}
	i := 0
	for part := range t.Load.Batches(t.Items) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b, err := t.batch(ctx, i, l, part)
		if err != nil {
			return nil, err
		}
		i++
		if len(b.Labels) == 0 {
			continue
		}
		begin := time.Now()
		p := l.Classify(b.Features)
		if _, found := nn.NotFinite([]nn.Named{{Name: "probabilities", Tensor: p.Prob}}); found {
			return nil, errNotANumber
		}
		o.add(b.Labels, p, b.Seconds+time.Since(begin).Seconds())
		if t.Record {
			o.record(b.Names, p, len(t.Items))
		}
	}
	if len(o.Labels) == 0 {
		return nil, t.nothing()
	}
	return o, nil
}

// errNotANumber is the error of answers that are NaN, of which the first class would
// be the likeliest.
var errNotANumber = setting.Errorf("the answers on test images are not numbers: what was learned, or the model's weights, are too large for float32; try a lower {lr}")

// nothing is the error of a test set without an image that can be read, which
// has no accuracy.
func (t *TestSet) nothing() error {
	if len(t.Items) == 0 {
		return errors.New("there are no test images of these classes: add some")
	}
	return fmt.Errorf("none of the %d test images of these classes can be read, such as %s: mend or replace them", len(t.Items), t.Items[0].Name())
}

// batch returns what the learner reads of batch i.
func (t *TestSet) batch(ctx context.Context, i int, l prompt.Learner, part []data.Item) (*train.Batch, error) {
	if i < len(t.batches) {
		return t.batches[i], nil
	}
	b, err := t.Load.Extract(ctx, l, part)
	if err != nil {
		return nil, err
	}
	if t.bytes += b.Bytes(); t.Keep && i == len(t.batches) && t.bytes <= keptBytes {
		t.batches = append(t.batches, b)
	}
	return b, nil
}
