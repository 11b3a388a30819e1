package prompt

// mostRecent is how many sizes of batches are remembered. A training has two,
// the last batch of an epoch being smaller; a service has as many as fit into a
// batch.
const mostRecent = 16

// recent keeps what was made for batches of the last few sizes, such as their
// row layouts. Those of many sizes would fill the memory: the layouts of an
// image in ViT-B/16 take about 20 KB.
type recent[T any] map[int]T

// of returns what is made for a batch of n. All is forgotten when there are too
// many sizes.
func (r *recent[T]) of(n int, create func() T) T {
	if made, ok := (*r)[n]; ok {
		return made
	}
	if *r == nil || len(*r) == mostRecent {
		*r = recent[T]{}
	}
	(*r)[n] = create()
	return (*r)[n]
}
