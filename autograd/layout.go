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

// Layout says how packed rows form sequences. It does not change once it is
// made, and a device keeps its copy beside it.
type Layout struct {
	Resident
	groups    []Group
	causal    bool
	queryRows int   // rows that q must have
	keyRows   int   // rows that kv must have
	queries   int   // rows of q that belong to a sequence
	longest   int   // most keys that a query sees
	off       []int // query-key pairs of one head: group i's lie in [off[i], off[i+1])
	computed  int   // pairs of one head that are multiplied, without whole blocks of masked ones
}

// NewLayout returns the layout of groups, which must not be changed later. In a
// causal one a query sees the keys of its own sequence up to its own position
// only. Groups must not share key rows: that lets attention work on groups in
// parallel with a fixed order of sums.
func NewLayout(causal bool, groups ...Group) *Layout {
	l := &Layout{groups: groups, causal: causal, off: []int{0}}
	for i := range groups {
		g := &groups[i]
		pairs := 0
		l.keyRows = max(l.keyRows, g.Prefix.Hi)
		for j := range g.Seqs {
			s := &g.Seqs[j]
			keys := g.prefix(s).Len() + s.Keys.Len()
			l.keyRows, l.queryRows = max(l.keyRows, s.Keys.Hi), max(l.queryRows, s.Query.Hi)
			l.longest = max(l.longest, keys)
			l.queries += s.Query.Len()
			pairs += s.Query.Len() * keys
			for b := range blocksOf(g, s) {
				for _, part := range b.parts(causal) {
					l.computed += (b.hi - b.lo) * part.rows.Len()
				}
			}
		}
		l.off = append(l.off, l.off[i]+pairs)
	}
	return l
}

// Uniform returns the layout of n sequences of t rows each, all rows being
// queries: the image tower's case.
func Uniform(n, t int, causal bool) *Layout {
	groups := make([]Group, n)
	seqs := make([]Seq, n)
	for i := range groups {
		rows := Span{i * t, (i + 1) * t}
		seqs[i] = Seq{Query: rows, Keys: rows}
		groups[i].Seqs = seqs[i : i+1]
	}
	return NewLayout(causal, groups...)
}

// Groups returns the groups. They must not be changed.
func (l *Layout) Groups() []Group { return l.groups }

// Causal reports whether a query sees its own sequence up to its own position
// only.
func (l *Layout) Causal() bool { return l.causal }

// scores returns the query-key pairs of one head: how many scores Attention
// has, masked ones included.
func (l *Layout) scores() int { return l.off[len(l.groups)] }

// prefix returns the shared rows that s sees: none for the sequence that is
// the prefix itself.
func (g *Group) prefix(s *Seq) Span {
	if s.Keys == g.Prefix {
		return Span{}
	}
	return g.Prefix
}

func (l *Layout) check(op string, q, kv *Tensor) {
	if l.queryRows > q.Rows() || l.keyRows > kv.Rows() {
		panic(fmt.Sprintf("autograd: %s: layout covers %d query and %d key rows, shapes are %v and %v",
			op, l.queryRows, l.keyRows, q.Shape(), kv.Shape()))
	}
}
