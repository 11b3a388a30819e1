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

	again bool // keep what was seen, for another call
	seen  []*seenBatch
	bytes int
}

// seenBytes bounds the features that a test set keeps.
const seenBytes = 512 << 20

// classify runs the learner over the images, among the classes it has been
// given.
func (t *testSet) classify(ctx context.Context, l prompt.Learner) (*outcome, error) {
	o := &outcome{}
	staged, ok := prompt.AsStaged(l)
	size := t.load.thrift.batch()
	for i, lo := 0, 0; lo < len(t.items); i, lo = i+1, lo+size {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := t.items[lo:min(lo+size, len(t.items))]
		if !ok {
			o.predict(l, part, t.load)
			continue
		}
		b := t.batch(i, staged, part)
		if len(b.labels) == 0 {
			continue
		}
		begin := time.Now()
		p := staged.Judge(b.features)
		o.add(b.labels, p, b.seconds+time.Since(begin).Seconds())
	}
	return o, nil
}

// batch returns what the learner reads of batch i.
func (t *testSet) batch(i int, l prompt.Staged, part []data.Item) *seenBatch {
	if i < len(t.seen) {
		return t.seen[i]
	}
	b := t.load.see(l, part)
	if t.bytes += b.bytes(); t.again && i == len(t.seen) && t.bytes <= seenBytes {
		t.seen = append(t.seen, b)
	}
	return b
}

// predict adds the answers of a learner that has no stages.
func (o *outcome) predict(l prompt.Learner, part []data.Item, load *loader) {
	images, kept := load.clean(part)
	if len(kept) == 0 {
		return
	}
	var labels []int
	for _, it := range pick(part, kept) {
		labels = append(labels, it.Label)
	}
	begin := time.Now()
	p := l.Predict(images)
	o.add(labels, p, time.Since(begin).Seconds())
}
