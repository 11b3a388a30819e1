package autograd

import "fmt"

// Span is a half-open range [Lo, Hi) of packed rows.
type Span struct{ Lo, Hi int }

// Len returns the number of rows.
func (s Span) Len() int { return s.Hi - s.Lo }

// Seq is one sequence of a packed batch, as attention sees it.
type Seq struct {
	Query Span // rows of the query matrix
	Keys  Span // the sequence's own rows of the key/value matrix
	First int  // position inside Keys of the first query, for the causal mask
}

// Group is a set of sequences that share a prefix: every query of every
// sequence sees all rows of Prefix, besides its own Keys. The prefix itself is
// a sequence of the group (without a prefix) if its rows are to be computed.
// A group without shared rows has an empty Prefix.
type Group struct {
	Prefix Span
	Seqs   []Seq
}

// Layout says how packed rows form sequences. Groups must not share key rows:
// that lets attention work on groups in parallel with a fixed order of sums.
type Layout struct {
	Groups []Group
	Causal bool // a query sees own keys up to its own position only
}

// Uniform returns the layout of n sequences of t rows each, all rows being
// queries: the image tower's case.
func Uniform(n, t int, causal bool) *Layout {
	l := &Layout{Causal: causal, Groups: make([]Group, n)}
	seqs := make([]Seq, n)
	for i := range l.Groups {
		rows := Span{i * t, (i + 1) * t}
		seqs[i] = Seq{Query: rows, Keys: rows}
		l.Groups[i].Seqs = seqs[i : i+1]
	}
	return l
}

// prefix returns the shared rows that s sees: none for the sequence that is
// the prefix itself.
func (g *Group) prefix(s *Seq) Span {
	if s.Keys == g.Prefix {
		return Span{}
	}
	return g.Prefix
}

// KeyRows returns the number of key/value rows that the layout covers.
func (l *Layout) KeyRows() int {
	n := 0
	for _, g := range l.Groups {
		n = max(n, g.Prefix.Hi)
		for _, s := range g.Seqs {
			n = max(n, s.Keys.Hi)
		}
	}
	return n
}

// QueryRows returns the number of query rows that the layout covers.
func (l *Layout) QueryRows() int {
	n := 0
	for _, g := range l.Groups {
		for _, s := range g.Seqs {
			n = max(n, s.Query.Hi)
		}
	}
	return n
}

// scores returns the number of query-key pairs of one head in each group, as
// offsets appended to off: group i's scores lie in [off[i], off[i+1]).
func (l *Layout) scores(off []int) []int {
	off = append(off, 0)
	for i := range l.Groups {
		g := &l.Groups[i]
		n := 0
		for j := range g.Seqs {
			s := &g.Seqs[j]
			n += s.Query.Len() * (g.prefix(s).Len() + s.Keys.Len())
		}
		off = append(off, off[i]+n)
	}
	return off
}

// covers reports whether each of the query rows belongs to a sequence.
func (l *Layout) covers(rows int) bool {
	n := 0
	for i := range l.Groups {
		for _, s := range l.Groups[i].Seqs {
			n += s.Query.Len()
		}
	}
	return n == rows
}

// longest returns the most keys that a query sees.
func (l *Layout) longest() (n int) {
	for i := range l.Groups {
		g := &l.Groups[i]
		for j := range g.Seqs {
			n = max(n, g.prefix(&g.Seqs[j]).Len()+g.Seqs[j].Keys.Len())
		}
	}
	return n
}

func (l *Layout) check(op string, q, kv *Tensor) {
	if l.QueryRows() > q.Rows() || l.KeyRows() > kv.Rows() {
		panic(fmt.Sprintf("autograd: %s: layout covers %d query and %d key rows, shapes are %v and %v",
			op, l.QueryRows(), l.KeyRows(), q.Shape(), kv.Shape()))
	}
}
