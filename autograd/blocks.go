package autograd

import "iter"

// Attention works on a block of queries at a time, whose probabilities stay in the
// second-level cache.
const (
	blockScores = 48 << 10 // most elements of a block, about
	blockRows   = 48       // least rows of a block: fewer waste the products
)

// queryBlock is some queries of one sequence.
type queryBlock struct {
	seq    *Seq
	prefix Span // what the sequence sees besides its own keys
	lo, hi int  // the queries, counted within the sequence
}

// blocksOf cuts the queries of a sequence into blocks.
func blocksOf(g *Group, s *Seq) iter.Seq[queryBlock] {
	b := queryBlock{seq: s, prefix: g.prefix(s)}
	return func(yield func(queryBlock) bool) {
		step := max(blockRows, blockScores/max(1, b.keys()))
		for tq := s.Query.Len(); b.lo < tq; b.lo = b.hi {
			if b.hi = min(tq, b.lo+step); !yield(b) {
				return
			}
		}
	}
}

// keys is how many keys the sequence sees in all.
func (b *queryBlock) keys() int { return b.prefix.Len() + b.seq.Keys.Len() }

// part is a stretch of the keys that a block sees: the prefix or its own.
type part struct {
	rows Span // of kv
	from int  // its first column among the scores
}

// parts returns the two stretches, without the keys that no query of the block
// may see.
func (b *queryBlock) parts(causal bool) [2]part {
	own := b.seq.Keys
	if causal {
		own.Hi = min(own.Hi, own.Lo+b.seq.First+b.hi)
	}
	return [2]part{{b.prefix, 0}, {own, b.prefix.Len()}}
}
