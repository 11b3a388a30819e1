package textenc

import (
	"frontdoor/autograd"
	"frontdoor/nn"
)

// Learned returns the id that stands for learned token j in a prompt.
func Learned(j int) int { return ^j }

// Batch is the row layout of a set of prompts. It depends on the ids only, not on
// the values of learned tokens, so it is made once for a set of classes and used
// in every step.
type Batch struct {
	rows    *autograd.Index // sources: token table, learned tokens
	pos     *autograd.Index // position of each row
	deep    *autograd.Index // learned token of each row, if it is one
	layout  *autograd.Layout
	readout nn.Readout

	// If chunks is set, these are the parts that the prompts are encoded in, order
	// puts their features one after the other, and all else is empty.
	chunks []*Batch
	order  *autograd.Index
}

// Saving chooses how prompts are laid out. The zero value saves all that can be
// saved; the fields exist to compare with the computation without savings.
type Saving struct {
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

// NewBatch lays out groups of prompts. Each prompt begins with SOT and ends with
// EOT; the prompts of one group may share their beginning (the same learned
// template filled with different class names). Features come out group by
// group in the order given. Prompts must not be empty.
func NewBatch(groups [][][]int, how Saving) *Batch {
	if how.MaxRows > 0 {
		return newChunks(groups, how)
	}
	var l layer
	for _, prompts := range groups {
		l.addGroup(prompts, how)
	}
	return &Batch{
		rows: autograd.NewIndex(l.rows), pos: autograd.RowIndex(l.pos), deep: autograd.RowIndex(l.deep),
		layout:  autograd.NewLayout(true, l.all...),
		readout: nn.Readout{Rows: autograd.RowIndex(l.picked), Layout: autograd.NewLayout(true, l.last...)},
	}
}

// Len returns the number of prompts.
func (b *Batch) Len() int {
	if b.chunks != nil {
		return b.order.Len()
	}
	return b.readout.Rows.Len()
}

// Rows returns the number of packed rows R.
func (b *Batch) Rows() (n int) {
	for _, c := range b.chunks {
		n += c.Rows()
	}
	if b.rows != nil {
		n += b.rows.Len()
	}
	return n
}

// layer collects the rows of a batch while it is laid out.
type layer struct {
	rows      []autograd.RowRef
	pos, deep []int
	picked    []int            // the rows read out
	all, last []autograd.Group // of all blocks, and of the last one
}

func (l *layer) addGroup(prompts [][]int, how Saving) {
	shared := 0
	if !how.NoSharing && len(prompts) > 1 {
		shared = commonPrefix(prompts)
	}
	var all, last autograd.Group
	if shared > 0 {
		all.Prefix = l.addRows(prompts[0][:shared], 0)
		all.Seqs = append(all.Seqs, autograd.Seq{Query: all.Prefix, Keys: all.Prefix})
		last.Prefix = all.Prefix
	}
	for _, ids := range prompts {
		if len(ids) == 0 {
			panic("textenc: a text without tokens")
		}
		own := ids[shared:]
		eot := len(own) - 1
		rows := l.addRows(padded(own, how.PadTo-shared), shared)
		all.Seqs = append(all.Seqs, autograd.Seq{Query: rows, Keys: rows})
		n := len(l.picked)
		last.Seqs = append(last.Seqs, autograd.Seq{Query: autograd.Span{Lo: n, Hi: n + 1}, Keys: rows, First: eot})
		l.picked = append(l.picked, rows.Lo+eot)
	}
	l.all = append(l.all, all)
	l.last = append(l.last, last)
}

// addRows appends one row an id, the first at position pos.
func (l *layer) addRows(ids []int, pos int) autograd.Span {
	from := len(l.rows)
	for i, id := range ids {
		src := autograd.RowRef{Src: 0, Row: int32(id)}
		deep := -1
		if id < 0 {
			deep = ^id
			src = autograd.RowRef{Src: 1, Row: int32(deep)}
		}
		l.rows = append(l.rows, src)
		l.deep = append(l.deep, deep)
		l.pos = append(l.pos, pos+i)
	}
	return autograd.Span{Lo: from, Hi: len(l.rows)}
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
