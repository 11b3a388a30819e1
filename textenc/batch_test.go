package textenc

import (
	"slices"
	"testing"

	"frontdoor/autograd"
)

// Two prompts of one template with two learned tokens, and one on its own.
func twoGroups() [][][]int {
	l0, l1 := Learned(0), Learned(1)
	return [][][]int{
		{{60, l0, l1, 5, 61}, {60, l0, l1, 5, 6, 61}},
		{{60, 7, 61}},
	}
}

func TestLearnedIDsAreNegativeAndDistinct(t *testing.T) {
	if a, b := Learned(0), Learned(1); a >= 0 || b >= 0 || a == b {
		t.Errorf("Learned(0) = %d, Learned(1) = %d", a, b)
	}
}

// rowsOf lists the rows of an index of one source, -1 for none.
func rowsOf(idx *autograd.Index) (rows []int) {
	for _, ref := range idx.Refs() {
		if ref.Src < 0 {
			ref.Row = -1
		}
		rows = append(rows, int(ref.Row))
	}
	return rows
}

func TestBatchSharesCommonBeginnings(t *testing.T) {
	p := NewBatch(twoGroups(), Saving{})
	// SOT, two learned, 5 shared; then EOT; 6 EOT; and the second group.
	if p.Len() != 3 || p.Rows() != 4+1+2+3 {
		t.Fatalf("%d prompts in %d rows, want 3 in 10", p.Len(), p.Rows())
	}
	wantRows := []autograd.RowRef{{Src: 0, Row: 60}, {Src: 1, Row: 0}, {Src: 1, Row: 1}, {Src: 0, Row: 5},
		{Src: 0, Row: 61}, {Src: 0, Row: 6}, {Src: 0, Row: 61}, {Src: 0, Row: 60}, {Src: 0, Row: 7}, {Src: 0, Row: 61}}
	if !slices.Equal(p.rows.Refs(), wantRows) {
		t.Errorf("rows %v, want %v", p.rows.Refs(), wantRows)
	}
	if want := []int{0, 1, 2, 3, 4, 4, 5, 0, 1, 2}; !slices.Equal(rowsOf(p.pos), want) {
		t.Errorf("positions %v, want %v", rowsOf(p.pos), want)
	}
	if want := []int{4, 6, 9}; !slices.Equal(rowsOf(p.readout.Rows), want) {
		t.Errorf("end of text in rows %v, want %v", rowsOf(p.readout.Rows), want)
	}
	if want := []int{-1, 0, 1, -1, -1, -1, -1, -1, -1, -1}; !slices.Equal(rowsOf(p.deep), want) {
		t.Errorf("learned tokens %v, want %v", rowsOf(p.deep), want)
	}
	if g := p.layout.Groups()[0]; g.Prefix != (autograd.Span{Lo: 0, Hi: 4}) || len(g.Seqs) != 3 {
		t.Errorf("group 0 has prefix %v and %d sequences, want {0 4} and 3", g.Prefix, len(g.Seqs))
	}
	if g := p.layout.Groups()[1]; g.Prefix.Len() != 0 || len(g.Seqs) != 1 {
		t.Errorf("group 1 has prefix %v and %d sequences, want none and 1", g.Prefix, len(g.Seqs))
	}
}

func TestBatchSizes(t *testing.T) {
	for _, c := range []struct {
		name string
		how  Saving
		rows int
		eot  []int
	}{
		{"nothing shared", Saving{NoSharing: true}, 5 + 6 + 3, []int{4, 10, 13}},
		{"padded", Saving{NoSharing: true, PadTo: 8}, 3 * 8, []int{4, 13, 18}},
		{"shared and padded", Saving{PadTo: 8}, 4 + 4 + 4 + 8, []int{4, 9, 14}},
		{"shorter padding than prompts", Saving{NoSharing: true, PadTo: 2}, 5 + 6 + 3, []int{4, 10, 13}},
	} {
		p := NewBatch(twoGroups(), c.how)
		if p.Rows() != c.rows || !slices.Equal(rowsOf(p.readout.Rows), c.eot) {
			t.Errorf("%s: %d rows, end of text in %v; want %d, %v", c.name, p.Rows(), rowsOf(p.readout.Rows), c.rows, c.eot)
		}
	}
}

// Of equal prompts all but the row that is read out is shared.
func TestBatchOfEqualPrompts(t *testing.T) {
	p := NewBatch([][][]int{{{60, 5, 61}, {60, 5, 61}, {60, 5, 61}}}, Saving{})
	if p.Rows() != 2+3 || p.Len() != 3 {
		t.Errorf("%d prompts in %d rows, want 3 in 5", p.Len(), p.Rows())
	}
}

func TestCommonPrefix(t *testing.T) {
	for _, c := range []struct {
		prompts [][]int
		want    int
	}{
		{[][]int{{1, 2, 3}, {1, 2, 4}}, 2},
		{[][]int{{1, 2, 3}, {4, 2, 3}}, 0},
		{[][]int{{1, 2, 3}, {1, 2, 3}}, 2},
		{[][]int{{1, 2}, {1, 2, 3, 4}}, 1},
		{[][]int{{1, 2, 3, 4, 5}, {1, 2, 3, 4, 6}, {1, 2, 9}}, 2},
		{[][]int{{1}, {1}}, 0},
	} {
		if got := commonPrefix(c.prompts); got != c.want {
			t.Errorf("commonPrefix(%v) = %d, want %d", c.prompts, got, c.want)
		}
	}
}
