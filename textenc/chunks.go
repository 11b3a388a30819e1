package textenc

import "frontdoor/autograd"

// packChunks lays prompts out in chunks of at most how.MaxRows rows, in order.
// A group that is cut computes its shared beginning in each of its chunks.
func packChunks(groups [][][]int, how Packing) *Packed {
	limit := how.MaxRows
	how.MaxRows = 0
	p := &Packed{}
	var chunk [][][]int
	rows := 0
	flush := func() {
		if rows > 0 {
			p.chunks = append(p.chunks, Pack(chunk, how))
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
	return p
}

// encodeChunks encodes the chunks one after another, each in a checkpoint of
// its learned tokens, and stacks the features.
func (e *Encoder) encodeChunks(tp *autograd.Tape, p *Packed, learned *Prompts) *autograd.Tensor {
	var in []*autograd.Tensor
	if learned != nil {
		in = append([]*autograd.Tensor{learned.First}, learned.Deep...)
	}
	var parts []*autograd.Tensor
	var refs []autograd.RowRef
	for i, c := range p.chunks {
		parts = append(parts, tp.Checkpoint(func(tp *autograd.Tape, in []*autograd.Tensor) *autograd.Tensor {
			if learned == nil {
				return e.Encode(tp, c, nil)
			}
			return e.Encode(tp, c, &Prompts{First: in[0], Deep: in[1:]})
		}, in...))
		for r := range c.Len() {
			refs = append(refs, autograd.RowRef{Src: int32(i), Row: int32(r)})
		}
	}
	return tp.Assemble(refs, parts...) // [N, E]
}
