package textenc

import "frontdoor/autograd"

// newChunks lays prompts out in chunks of at most how.MaxRows rows, in order.
// A group that is cut computes its shared beginning in each of its chunks.
func newChunks(groups [][][]int, how Saving) *Batch {
	limit := how.MaxRows
	how.MaxRows = 0
	b := &Batch{}
	var chunk [][][]int
	rows := 0
	flush := func() {
		if rows > 0 {
			b.chunks = append(b.chunks, NewBatch(chunk, how))
			chunk, rows = nil, 0
		}
	}
	for _, prompts := range groups {
		shared := 0
		if !how.NoSharing && len(prompts) > 1 {
			shared = commonPrefix(prompts)
		}
		first := true // of its group in this chunk
		for i, ids := range prompts {
			need := max(len(ids), how.PadTo) - shared
			if first {
				need += shared
			}
			if rows > 0 && rows+need > limit {
				flush()
				need = max(len(ids), how.PadTo)
				first = true
			}
			if first {
				chunk = append(chunk, nil)
			}
			last := len(chunk) - 1
			chunk[last] = append(chunk[last], prompts[i])
			rows += need
			first = false
		}
	}
	flush()
	var order []autograd.RowRef
	for i, c := range b.chunks {
		for r := range c.Len() {
			order = append(order, autograd.RowRef{Src: int32(i), Row: int32(r)})
		}
	}
	b.order = autograd.NewIndex(order)
	return b
}

// encodeChunks encodes the chunks one after another, each in a checkpoint of
// its learned tokens, and stacks the features.
func (e *Encoder) encodeChunks(tp *autograd.Tape, batch *Batch, prompts *Prompts) *autograd.Tensor {
	var in []*autograd.Tensor
	if prompts != nil {
		in = append([]*autograd.Tensor{prompts.First}, prompts.Deep...)
	}
	var parts []*autograd.Tensor
	for _, c := range batch.chunks {
		parts = append(parts, tp.Recompute(func(tp *autograd.Tape, in []*autograd.Tensor) *autograd.Tensor {
			if prompts == nil {
				return e.encode(tp, c, nil)
			}
			return e.encode(tp, c, &Prompts{First: in[0], Deep: in[1:]})
		}, in...))
	}
	for _, x := range parts {
		tp.Last(x)
	}
	return tp.AssembleOn(e.Device, batch.order, parts...) // [N, E]
}
