package autograd

import (
	"slices"
	"testing"
)

func TestLayoutCountsRowsAndScores(t *testing.T) {
	lay := prefixLayout()
	if q, k := lay.queryRows, lay.keyRows; q != 12 || k != 12 {
		t.Errorf("rows %d, %d; want 12, 12", q, k)
	}
	// Prefix 3·3, then 2·(3+2) and 4·(3+4); the second group 3·3.
	if got, want := lay.off, []int{0, 9 + 10 + 28, 9 + 10 + 28 + 9}; !slices.Equal(got, want) {
		t.Errorf("scores = %v, want %v", got, want)
	}
	read := readoutLayout()
	if q, k := read.queryRows, read.keyRows; q != 3 || k != 12 {
		t.Errorf("readout rows %d, %d; want 3, 12", q, k)
	}
	if got, want := read.off, []int{0, 5 + 7, 5 + 7 + 3}; !slices.Equal(got, want) {
		t.Errorf("readout scores = %v, want %v", got, want)
	}
}

func TestUniformLayout(t *testing.T) {
	lay := Uniform(2, 3, true)
	if !lay.Causal() || len(lay.Groups()) != 2 {
		t.Fatalf("layout %+v, want two causal groups", lay)
	}
	want := Seq{Query: Span{3, 6}, Keys: Span{3, 6}}
	if g := lay.Groups()[1]; len(g.Seqs) != 1 || g.Seqs[0] != want || g.Prefix.Len() != 0 {
		t.Errorf("group 1 = %+v, want one sequence %+v and no prefix", g, want)
	}
	if n := NewLayout(false).queryRows; n != 0 {
		t.Errorf("an empty layout covers %d rows", n)
	}
}
