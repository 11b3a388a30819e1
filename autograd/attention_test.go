package autograd

import (
	"math"
	"slices"
	"testing"
)

// refAttention spells attention out, one query of one head at a time: it lists
// the rows that the query sees, and works on that list.
func refAttention(q, kv []float64, d, heads int, lay *Layout) []float64 {
	out := make([]float64, len(q))
	dh := d / heads
	for _, g := range lay.Groups() {
		for _, s := range g.Seqs {
			for t := range s.Query.Len() {
				var seen []int
				if s.Keys != g.Prefix {
					for r := g.Prefix.Lo; r < g.Prefix.Hi; r++ {
						seen = append(seen, r)
					}
				}
				for r := s.Keys.Lo; r < s.Keys.Hi; r++ {
					if !lay.Causal() || r-s.Keys.Lo <= s.First+t {
						seen = append(seen, r)
					}
				}
				row := s.Query.Lo + t
				for h := range heads {
					refAttend(out[row*d+h*dh:][:dh], q[row*d+h*dh:][:dh], kv, seen, d, h)
				}
			}
		}
	}
	return out
}

// refAttend is one query of one head against the rows seen.
func refAttend(out, q, kv []float64, seen []int, d, head int) {
	dh := len(q)
	weights, sum := make([]float64, len(seen)), 0.0
	for i, r := range seen {
		k := kv[r*2*d+head*dh:][:dh]
		score := 0.0
		for j := range q {
			score += q[j] * k[j]
		}
		weights[i] = math.Exp(score / math.Sqrt(float64(dh)))
		sum += weights[i]
	}
	for i, r := range seen {
		v := kv[r*2*d+d+head*dh:][:dh]
		for j := range out {
			out[j] += weights[i] / sum * v[j]
		}
	}
}

// prefixLayout has a group of a computed prefix of three rows and two
// sequences behind it, and a group of one sequence without a prefix.
func prefixLayout() *Layout { return NewLayout(true, prefixGroups()...) }

func prefixGroups() []Group {
	same := func(lo, hi int) Seq { return Seq{Query: Span{lo, hi}, Keys: Span{lo, hi}} }
	return []Group{
		{Prefix: Span{0, 3}, Seqs: []Seq{same(0, 3), same(3, 5), same(5, 9)}},
		{Seqs: []Seq{same(9, 12)}},
	}
}

// readoutLayout asks one query each of the sequences of prefixLayout, from
// the middle of the sequence where first says so.
func readoutLayout() *Layout {
	return NewLayout(true,
		Group{Prefix: Span{0, 3}, Seqs: []Seq{
			{Query: Span{0, 1}, Keys: Span{3, 5}, First: 1},
			{Query: Span{1, 2}, Keys: Span{5, 9}, First: 2},
		}},
		Group{Seqs: []Seq{{Query: Span{2, 3}, Keys: Span{9, 12}, First: 0}}},
	)
}

func TestAttentionGradients(t *testing.T) {
	full := NewLayout(false, prefixGroups()...)
	for _, c := range []struct {
		name      string
		q, kv     int // rows
		d, heads  int
		lay       *Layout
		tolerance float64
	}{
		{name: "one token", q: 1, kv: 1, d: 2, heads: 1, lay: Uniform(1, 1, false)},
		{name: "full", q: 10, kv: 10, d: 6, heads: 2, lay: Uniform(2, 5, false)},
		{name: "causal", q: 10, kv: 10, d: 6, heads: 2, lay: Uniform(2, 5, true)},
		{name: "wide head", q: 6, kv: 6, d: 64, heads: 1, lay: Uniform(2, 3, true)},
		{name: "three heads", q: 9, kv: 9, d: 15, heads: 3, lay: Uniform(3, 3, false)},
		{name: "shared prefix", q: 12, kv: 12, d: 8, heads: 2, lay: prefixLayout()},
		{name: "shared prefix without mask", q: 12, kv: 12, d: 8, heads: 2, lay: full},
		{name: "readout rows", q: 3, kv: 12, d: 8, heads: 2, lay: readoutLayout()},
		{name: "queries nobody covers", q: 5, kv: 14, d: 4, heads: 2, lay: readoutLayout()},
	} {
		gradCase{
			name: c.name,
			in:   params([]int{c.q, c.d}, []int{c.kv, 2 * c.d}),
			op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.Attention(in[0], in[1], c.lay, c.heads) },
			ref: func(in [][]float64) []float64 {
				return refAttention(in[0], in[1], c.d, c.heads, c.lay)
			},
		}.run(t)
	}
}

// A long sequence has more keys than any tile of a kernel.
func TestAttentionOverManyKeys(t *testing.T) {
	in := params([]int{90, 16}, []int{90, 32})
	lay := Uniform(1, 90, true)
	want := refAttention(widen(in[0].Data), widen(in[1].Data), 16, 2, lay)
	compare(t, "result", (*Tape)(nil).Attention(in[0], in[1], lay, 2).Data, want, 1e-5)
}

func TestAttentionByHand(t *testing.T) {
	// One head of width 1; keys 0 and ln 3 weigh 1/4 and 3/4 for a query of 1.
	q := Param([]float32{1, 1}, 2, 1)
	kv := Param([]float32{0, 8, float32(math.Log(3)), 16}, 2, 2)
	tp := NewTape()
	y := tp.Attention(q, kv, Uniform(1, 2, true), 1)
	numbers(t, "causal", y.Data, 8, 14)
	numbers(t, "full", tp.Attention(q, kv, Uniform(1, 2, false), 1).Data, 14, 14)
	tp.Backward(weightedSum(tp, y, []float32{0, 1}))
	// dv = P; ds = P (v - 14) = (-1.5, 1.5); dk = ds q; dq = Σ ds k.
	numbers(t, "dkv", kv.Grad(), -1.5, 0.25, 1.5, 0.75)
	numbers(t, "dq", q.Grad(), 0, 1.5*math.Log(3))
}

// Sharing a prefix computes the same as repeating it in every sequence.
func TestSharedPrefixEqualsRepeatedPrefix(t *testing.T) {
	const d, heads = 8, 2
	in := params([]int{12, d}, []int{12, 2 * d})
	var shared, repeated *Tensor
	sharedGrads := twoGradients(in, func(tp *Tape) *Tensor {
		shared = tp.Attention(in[0], in[1], prefixLayout(), heads)
		// The prefix once for each of its two sequences below.
		return tp.Gather(shared, RowIndex([]int{0, 1, 2, 3, 4, 0, 1, 2, 5, 6, 7, 8, 9, 10, 11}))
	})
	repeatedGrads := twoGradients(in, func(tp *Tape) *Tensor {
		idx := RowIndex([]int{0, 1, 2, 3, 4, 0, 1, 2, 5, 6, 7, 8, 9, 10, 11})
		var groups []Group
		for _, s := range []Span{{0, 5}, {5, 12}, {12, 15}} {
			groups = append(groups, Group{Seqs: []Seq{{Query: s, Keys: s}}})
		}
		lay := NewLayout(true, groups...)
		repeated = tp.Attention(tp.Gather(in[0], idx), tp.Gather(in[1], idx), lay, heads)
		return repeated
	})
	for i, name := range []string{"result", "dq", "dkv"} {
		compare(t, name, sharedGrads[i], widen(repeatedGrads[i]), 1e-6)
	}
}

// twoGradients returns the result of f and the gradients of a fixed weighted
// sum of it.
func twoGradients(in []*Tensor, f func(tp *Tape) *Tensor) [][]float32 {
	tp := NewTape()
	y := f(tp)
	weights := make([]float32, y.Len())
	for i := range weights {
		weights[i] = float32(i%7) - 3
	}
	out := [][]float32{slices.Clone(y.Data)}
	tp.Backward(weightedSum(tp, y, weights))
	for _, x := range in {
		out = append(out, slices.Clone(x.Grad()))
		x.grad = nil
	}
	return out
}

// A masked score plays no part however large it is.
func TestCausalMaskHidesTheFuture(t *testing.T) {
	in := params([]int{4, 6}, []int{4, 12})
	tp := NewTape()
	before := slices.Clone(tp.Attention(in[0], in[1], Uniform(1, 4, true), 2).Row(1))
	for i := range in[1].Data[2*12:] {
		in[1].Data[2*12+i] = 1e4
	}
	after := tp.Attention(in[0], in[1], Uniform(1, 4, true), 2).Row(1)
	if !sameBits(before, after) {
		t.Errorf("row 1 is %v after rows 2 and 3 changed, was %v", after, before)
	}
}

// Sequences too long for their probabilities to be kept, in several blocks of
// queries: forward and backward against the sums in float64.
func TestLongAttention(t *testing.T) {
	const rows, d = keepKeys + 70, 6
	for _, causal := range []bool{false, true} {
		lay := Uniform(1, rows, causal)
		in := params([]int{rows, d}, []int{rows, 2 * d})
		compare(t, "result", (*Tape)(nil).Attention(in[0], in[1], lay, 2).Data,
			refAttention(widen(in[0].Data), widen(in[1].Data), d, 2, lay), 1e-5)
		whole := twoGradients(in, func(tp *Tape) *Tensor { return tp.Attention(in[0], in[1], lay, 2) })
		// The same rows in two sequences that share a prefix of none: one block of
		// queries each, against all keys.
		split := NewLayout(causal, Group{Seqs: []Seq{
			{Query: Span{0, 30}, Keys: Span{0, rows}},
			{Query: Span{30, rows}, Keys: Span{0, rows}, First: 30},
		}})
		parts := twoGradients(in, func(tp *Tape) *Tensor { return tp.Attention(in[0], in[1], split, 2) })
		for i, name := range []string{"result", "dq", "dkv"} {
			compare(t, name, whole[i], widen(parts[i]), 2e-5)
		}
	}
}
