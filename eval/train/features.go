package train

import (
	"time"

	"frontdoor/autograd"
	"frontdoor/data"
	"frontdoor/prompt"
)

// FrozenBytes bounds what a loader keeps of the frozen tower's features: 131,072
// images of CLIP's 512 floats.
const FrozenBytes = 256 << 20

// frozenCache keeps the unit features [E] that the frozen image tower gives,
// which no training changes: every cell of a run that classifies by them,
// alone or beside its own, finds what the first one computed.
type frozenCache struct {
	rows  map[string]frozenRow // by item name
	bytes int64
}

// frozenRow is what is kept of an image, and the seconds it took, which count
// as the work of whoever is served.
type frozenRow struct {
	features []float32 // [E]
	seconds  float64
}

// add keeps a row if there is room.
func (c *frozenCache) add(name string, row frozenRow) {
	size := int64(4 * len(row.features))
	if c.bytes+size > FrozenBytes {
		return
	}
	if c.rows == nil {
		c.rows = map[string]frozenRow{}
	}
	c.rows[name] = row
	c.bytes += size
}

// pixels returns the preprocessed images [n, 3, S, S] of some items by their
// indices, and which of these n they are: unreadable ones are left out.
type pixels func(which []int) (*autograd.Tensor, []int)

// loaded are pixels that are read when they are needed.
func (l *Loader) loaded(items []data.Item) pixels {
	return func(which []int) (*autograd.Tensor, []int) { return l.Clean(pick(items, which)) }
}

// given are pixels that are there: image i is that of item i.
func given(images *autograd.Tensor) pixels {
	return func(which []int) (*autograd.Tensor, []int) {
		n, s := len(which), images.Shape()
		per := s[1] * s[2] * s[3]
		some, all := autograd.Zeros(n, s[1], s[2], s[3]), make([]int, n)
		for j, i := range which {
			copy(some.Data[j*per:(j+1)*per], images.Data[i*per:(i+1)*per])
			all[j] = j
		}
		return some, all
	}
}

// frozenFeatures returns the frozen tower's unit features [n, E] of items, which
// of the items they are, and the seconds that the tower worked for them, now or
// earlier. Images are asked for only where the features are not known.
func (l *Loader) frozenFeatures(items []data.Item, images pixels) (v *autograd.Tensor, kept []int, seconds float64) {
	rows := make([]frozenRow, len(items))
	var missing []int
	for i, it := range items {
		var known bool
		if rows[i], known = l.frozen.rows[it.Name()]; !known {
			missing = append(missing, i)
		}
	}
	if len(missing) > 0 {
		x, some := images(missing)
		for j, row := range l.encodeFrozen(x) {
			i := missing[some[j]]
			rows[i] = row
			l.frozen.add(items[i].Name(), row)
		}
	}
	var all []float32
	for i, row := range rows {
		if row.features != nil { // else it could not be read
			kept, all = append(kept, i), append(all, row.features...)
			seconds += row.seconds
		}
	}
	return autograd.Const(all, len(kept), l.model.Config.Embed), kept, seconds
}

// encodeFrozen runs images [n, 3, S, S] through the frozen tower.
func (l *Loader) encodeFrozen(images *autograd.Tensor) []frozenRow {
	rows := make([]frozenRow, images.Dim(0))
	if len(rows) == 0 {
		return nil
	}
	begin := time.Now()
	v := l.model.ImageFeatures(nil, images) // [n, E]
	each := time.Since(begin).Seconds() / float64(len(rows))
	for j := range rows {
		rows[j] = frozenRow{v.Row(j), each}
	}
	return rows
}

// Batch is what a learner reads of some images.
type Batch struct {
	Labels   []int
	Features prompt.Features
	Seconds  float64 // that the image tower worked for it
}

// Bytes is the memory that the batch keeps of its own.
func (b *Batch) Bytes() (n int) {
	for _, t := range []*autograd.Tensor{b.Features.Frozen, b.Features.Tuned} {
		if t != nil {
			n += 4 * t.Len()
		}
	}
	return n
}

// Extract returns what a learner reads of items, without those that cannot be read.
func (l *Loader) Extract(s prompt.Learner, items []data.Item) *Batch {
	b := &Batch{}
	frozen, tuned := s.Reads()
	images := l.loaded(items)
	if tuned {
		var x *autograd.Tensor // [n, 3, S, S]
		var kept []int
		if x, kept = l.Clean(items); len(kept) == 0 {
			return b
		}
		items, images = pick(items, kept), given(x)
		begin := time.Now()
		b.Features.Tuned = s.Encode(x) // [M·n, E]
		b.Seconds = time.Since(begin).Seconds()
	}
	if frozen {
		v, kept, seconds := l.frozenFeatures(items, images) // [n, E]
		b.Features.Frozen = v
		b.Seconds += seconds
		items = pick(items, kept)
	}
	for _, it := range items {
		b.Labels = append(b.Labels, it.Label)
	}
	return b
}

// pick returns the items of the indices which.
func pick(items []data.Item, which []int) []data.Item {
	some := make([]data.Item, len(which))
	for j, i := range which {
		some[j] = items[i]
	}
	return some
}
