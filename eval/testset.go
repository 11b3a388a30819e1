package eval

import (
	"context"
	"time"

	"frontdoor/data"
	"frontdoor/prompt"
)

// testBatch is how many images are classified at once, unless memory is short.
const testBatch = 50

// classify runs the learner over items, among the classes it has been given.
func classify(ctx context.Context, l prompt.Learner, items []data.Item, load *loader) (*outcome, error) {
	return (&testSet{items: items, load: load}).classify(ctx, l)
}

// testSet is a set of test images that a learner is asked about several times,
// among other classes each time. What its image tower makes of them does not
// depend on the classes, so it works in the first call of classify only. All
// calls must be about one learner, trained no further.
type testSet struct {
	items []data.Item
	load  *loader

	again bool // keep the features, for another call
	kept  []*featureBatch
	bytes int
}

// featureBytes bounds the features that a test set keeps.
const featureBytes = 512 << 20

// classify runs the learner over the images, among the classes it has been
// given.
func (t *testSet) classify(ctx context.Context, l prompt.Learner) (*outcome, error) {
	o := &outcome{}
	size := t.load.thrift.batch()
	for i, lo := 0, 0; lo < len(t.items); i, lo = i+1, lo+size {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := t.items[lo:min(lo+size, len(t.items))]
		b := t.batch(i, l, part)
		if len(b.labels) == 0 {
			continue
		}
		begin := time.Now()
		p := l.Classify(b.features)
		o.add(b.labels, p, b.seconds+time.Since(begin).Seconds())
	}
	return o, nil
}

// batch returns what the learner reads of batch i.
func (t *testSet) batch(i int, l prompt.Learner, part []data.Item) *featureBatch {
	if i < len(t.kept) {
		return t.kept[i]
	}
	b := t.load.extract(l, part)
	if t.bytes += b.bytes(); t.again && i == len(t.kept) && t.bytes <= featureBytes {
		t.kept = append(t.kept, b)
	}
	return b
}
