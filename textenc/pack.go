package textenc

import (
	"frontdoor/autograd"
	"frontdoor/nn"
)

// Learned returns the id that stands for learned token j in a prompt.
func Learned(j int) int { return ^j }

// Packed is a set of prompts laid out as packed rows. It depends on the ids
// only, not on the values of learned tokens, so it is made once for a set of
// classes and used in every step.
type Packed struct {
	rows    []autograd.RowRef // sources: token table, learned tokens
	pos     []int             // position of each row
	deep    []int             // learned token of each row, -1 for none
	layout  *autograd.Layout
	readout nn.Readout
	chunks  []*Packed // if set, the parts that the prompts are encoded in; all else is empty
}

// Packing chooses how prompts are laid out. The zero value saves all that can
// be saved; the fields exist to compare with the plain computation.
type Packing struct {
	// NoSharing computes every prompt on its own, also where a group begins
	// with the same tokens.
	NoSharing bool
	// PadTo pads every prompt with token 0 behind its end of text, as the
	// original code does up to the context length; 0 means no padding.
	PadTo int
	// MaxRows bounds the rows that are encoded at once; 0 means no bound. More
	// prompts go chunk by chunk, each encoded a second time in the backward
	// instead of keeping its activations, so that memory does not grow with
	// the number of classes. A single long prompt may exceed the bound.
	MaxRows int
}

// Pack lays out groups of prompts. Each prompt begins with SOT and ends with
// EOT; the prompts of one group may share their beginning (the same learned
// template filled with different class names). Features come out group by
// group in the order given. Prompts must not be empty.
func Pack(groups [][][]int, how Packing) *Packed {
	if how.MaxRows > 0 {
		return packChunks(groups, how)
	}
	p := &Packed{layout: &autograd.Layout{Causal: true}}
	p.readout.Layout = &autograd.Layout{Causal: true}
	for _, prompts := range groups {
		p.addGroup(prompts, how)
	}
	return p
}

// Len returns the number of prompts.
func (p *Packed) Len() int {
	n := len(p.readout.Rows)
	for _, c := range p.chunks {
		n += c.Len()
	}
	return n
}

// Rows returns the number of packed rows R.
func (p *Packed) Rows() int {
	n := len(p.rows)
	for _, c := range p.chunks {
		n += c.Rows()
	}
	return n
}

func (p *Packed) addGroup(prompts [][]int, how Packing) {
	shared := 0
	if !how.NoSharing && len(prompts) > 1 {
		shared = commonPrefix(prompts)
	}
	var all, last autograd.Group
	if shared > 0 {
		all.Prefix = p.addRows(prompts[0][:shared], 0)
		all.Seqs = append(all.Seqs, autograd.Seq{Query: all.Prefix, Keys: all.Prefix})
		last.Prefix = all.Prefix
	}
	for _, ids := range prompts {
		own := ids[shared:]
		eot := len(own) - 1
		rows := p.addRows(padded(own, how.PadTo-shared), shared)
		all.Seqs = append(all.Seqs, autograd.Seq{Query: rows, Keys: rows})
		n := len(p.readout.Rows)
		last.Seqs = append(last.Seqs, autograd.Seq{Query: autograd.Span{Lo: n, Hi: n + 1}, Keys: rows, First: eot})
		p.readout.Rows = append(p.readout.Rows, rows.Lo+eot)
	}
	p.layout.Groups = append(p.layout.Groups, all)
	p.readout.Layout.Groups = append(p.readout.Layout.Groups, last)
}

// addRows appends one row an id, the first at position pos.
func (p *Packed) addRows(ids []int, pos int) autograd.Span {
	from := len(p.rows)
	for i, id := range ids {
		src := autograd.RowRef{Src: 0, Row: int32(id)}
		deep := -1
		if id < 0 {
			deep = ^id
			src = autograd.RowRef{Src: 1, Row: int32(deep)}
		}
		p.rows = append(p.rows, src)
		p.deep = append(p.deep, deep)
		p.pos = append(p.pos, pos+i)
	}
	return autograd.Span{Lo: from, Hi: len(p.rows)}
}

// commonPrefix returns how many leading ids all prompts have in common,
// leaving each prompt at least its last one, whose row is read out.
func commonPrefix(prompts [][]int) int {
	first := prompts[0]
	n := len(first) - 1
	for _, ids := range prompts[1:] {
		n = min(n, len(ids)-1)
		for i := range n {
			if ids[i] != first[i] {
				n = i
				break
			}
		}
	}
	return n
}

func padded(ids []int, to int) []int {
	if len(ids) >= to {
		return ids
	}
	return append(append(make([]int, 0, to), ids...), make([]int, to-len(ids))...)
}
