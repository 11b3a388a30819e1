package adapter

// batches cuts each epoch's order of rows into batches.
type batches struct {
	size, per int // rows of a batch; batches of an epoch
	order     func(epoch int) []int

	epoch int   // whose order is held; -1 before the first
	now   []int // that order
	some  []int // labels of the current batch
}

// rows returns the rows of a step's batch.
func (b *batches) rows(step int) []int {
	if e := step / b.per; e != b.epoch {
		b.epoch, b.now = e, b.order(e)
	}
	lo := step % b.per * b.size
	return b.now[lo:min(lo+b.size, len(b.now))]
}

// labels returns those of the rows of a batch. They may be used until the next
// call.
func (b *batches) labels(rows, all []int) []int {
	b.some = b.some[:0]
	for _, r := range rows {
		b.some = append(b.some, all[r])
	}
	return b.some
}
