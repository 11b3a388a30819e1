package cuda

import (
	"fmt"
	"math"
	"slices"

	"frontdoor/autograd"
)

const (
	queryBlock = 16 // queries of a block of threads, and keys of one for their gradients
	seesAll    = 1 << 30
)

// layout is a layout of rows as lists of work for the attention kernels. It
// stays on the device as long as it is used.
type layout struct {
	queryItems, keyItems, segments Pointer
	queries, keys                  int // numbers of items
	rows                           int // of queries
}

// queryItem is an entry of the list of blocks of queries, as the kernels read it.
type queryItem struct{ first, n, prefix, prefixLen, keys, keysLen, last, unused int32 }

// keyItem is an entry of the list of blocks of keys.
type keyItem struct{ first, n, from, to int32 }

// segment is a stretch of queries that see a block of keys.
type segment struct{ first, n, last, unused int32 }

// queryItems cuts the sequences of a layout into blocks of queries.
func queryItems(l *autograd.Layout) (items []queryItem) {
	for _, g := range l.Groups() {
		for j := range g.Seqs {
			s := &g.Seqs[j]
			prefix := prefixOf(&g, s)
			for lo := 0; lo < s.Query.Len(); lo += queryBlock {
				n := min(queryBlock, s.Query.Len()-lo)
				keys, last := s.Keys.Len(), seesAll
				if l.Causal() {
					last = s.First + lo
					keys = max(0, min(keys, last+n))
				}
				items = append(items, queryItem{
					first: int32(s.Query.Lo + lo), n: int32(n), prefix: int32(prefix.Lo), prefixLen: int32(prefix.Len()),
					keys: int32(s.Keys.Lo), keysLen: int32(keys), last: int32(last),
				})
			}
		}
	}
	return items
}

// prefixOf returns the shared rows that a sequence sees: none for the one that
// is the prefix.
func prefixOf(g *autograd.Group, s *autograd.Seq) autograd.Span {
	if s.Keys == g.Prefix {
		return autograd.Span{}
	}
	return g.Prefix
}

// view is a stretch of key rows as a sequence sees it. Query t sees rows up to
// last + t.
type view struct {
	keys, queries autograd.Span
	last          int
}

// views lists what the sequences of a group see, the prefix apart.
func views(l *autograd.Layout, g *autograd.Group) (vs []view) {
	for j := range g.Seqs {
		s := &g.Seqs[j]
		if p := prefixOf(g, s); p.Len() > 0 {
			vs = append(vs, view{p, s.Query, seesAll})
		}
		last := seesAll
		if l.Causal() {
			last = s.Keys.Lo + s.First
		}
		vs = append(vs, view{s.Keys, s.Query, last})
	}
	return vs
}

// keyItems cuts the key rows of a layout into blocks and lists, for each, the
// queries that see it: in the order of the sequences, and neighbours that see all
// of it as one.
func keyItems(l *autograd.Layout) (items []keyItem, segments []segment) {
	for _, g := range l.Groups() {
		vs := views(l, &g)
		var ends []int
		for _, v := range vs {
			ends = append(ends, v.keys.Lo, v.keys.Hi)
		}
		slices.Sort(ends)
		ends = slices.Compact(ends)
		for e := 0; e+1 < len(ends); e++ {
			for lo := ends[e]; lo < ends[e+1]; lo += queryBlock {
				n := min(queryBlock, ends[e+1]-lo)
				from := len(segments)
				for _, v := range vs {
					if v.keys.Lo <= lo && lo < v.keys.Hi {
						segments = v.appendTo(segments, from, lo)
					}
				}
				if len(segments) > from {
					items = append(items, keyItem{int32(lo), int32(n), int32(from), int32(len(segments))})
				}
			}
		}
	}
	return items, segments
}

// appendTo adds the view's queries that see the block of keys at lo.
func (v view) appendTo(segments []segment, from, lo int) []segment {
	first, last := v.queries.Lo, v.last
	if skip := lo - last; skip > 0 { // the first queries see nothing of it
		first, last = first+skip, last+skip
	}
	if first >= v.queries.Hi {
		return segments
	}
	if k := len(segments) - 1; k >= from && last >= seesAll && segments[k].last >= seesAll && int(segments[k].first+segments[k].n) == first {
		segments[k].n += int32(v.queries.Hi - first)
		return segments
	}
	return append(segments, segment{first: int32(first), n: int32(v.queries.Hi - first), last: int32(last)})
}

// newLayout uploads the lists of a layout.
func (d *Device) newLayout(l *autograd.Layout) *layout {
	qs := queryItems(l)
	ks, segs := keyItems(l)
	r := &layout{queries: len(qs), keys: len(ks)}
	for _, q := range qs {
		r.rows = max(r.rows, int(q.first+q.n))
	}
	r.queryItems = d.uploadWords(words(qs, func(i queryItem) []int32 {
		return []int32{i.first, i.n, i.prefix, i.prefixLen, i.keys, i.keysLen, i.last, i.unused}
	}))
	r.keyItems = d.uploadWords(words(ks, func(i keyItem) []int32 { return []int32{i.first, i.n, i.from, i.to} }))
	r.segments = d.uploadWords(words(segs, func(s segment) []int32 { return []int32{s.first, s.n, s.last, s.unused} }))
	return r
}

func words[T any](items []T, of func(T) []int32) (w []int32) {
	for _, it := range items {
		w = append(w, of(it)...)
	}
	return w
}

func (d *Device) uploadWords(w []int32) Pointer {
	p := d.allocate(max(1, len(w)))
	d.upload(p, bytesOf(w))
	return p
}

func (d *Device) releaseLayout(l *layout) {
	d.release(l.queryItems)
	d.release(l.keyItems)
	d.release(l.segments)
}

// headWidth returns the variant of the attention kernels for heads of dh columns.
func headWidth(dh int) int {
	if dh%4 != 0 || dh > 128 {
		panic(fmt.Sprintf("cuda: attention with heads of %d columns: they must be a multiple of 4, and at most 128", dh))
	}
	for _, w := range []int{32, 64} {
		if dh <= w {
			return w
		}
	}
	return 128
}

// scales returns 1/√dh, and the same for powers of two.
func scales(dh int) (scale, scale2 float32) {
	s := 1 / math.Sqrt(float64(dh))
	return float32(s), float32(s * math.Log2E)
}

// attention computes out [queries, d] for q [queries, d] and kv [keys, 2d], and
// keeps what its gradient needs, if kept is not 0: stats [queries, heads, 2] and a
// copy of out. Rows that no sequence has stay.
func (d *Device) attention(out, kept, stats, q, kv Pointer, l *layout, width, heads int) {
	dh := width / heads
	w := headWidth(dh)
	_, scale2 := scales(dh)
	shared := (80*(w+4) + 16*36) * 4
	d.args().ptr(out).ptr(kept).ptr(stats).ptr(q).ptr(kv).ptr(l.queryItems).int(width).int(dh).float(scale2).
		launch(fmt.Sprintf("attention_%d", w), l.queries, heads, 1, 128, shared)
}

// attentionGrad adds to the gradients dq and dkv, of which one may be 0. Memory of
// delta: [queries, heads].
func (d *Device) attentionGrad(dq, dkv, q, kv, kept, dout, stats Pointer, l *layout, queries, width, heads int) {
	dh := width / heads
	w := headWidth(dh)
	scale, scale2 := scales(dh)
	delta := d.allocate(queries * heads)
	to := dq
	if dq == 0 { // the kernel makes delta as well
		to = d.allocate(queries * width)
	}
	shared := (96*(w+4) + 16*36) * 4
	d.args().ptr(to).ptr(delta).ptr(q).ptr(kv).ptr(kept).ptr(dout).ptr(stats).ptr(l.queryItems).
		int(width).int(dh).float(scale).float(scale2).flag(dq != 0).
		launch(fmt.Sprintf("attention_dq_%d", w), l.queries, heads, 1, 128, shared)
	if dkv != 0 {
		d.args().ptr(dkv).ptr(q).ptr(kv).ptr(dout).ptr(stats).ptr(delta).ptr(l.keyItems).ptr(l.segments).
			int(width).int(dh).float(scale).float(scale2).flag(true).
			launch(fmt.Sprintf("attention_dkv_%d", w), l.keys, heads, 1, 128, shared+16*36*4)
	}
	if dq == 0 {
		d.release(to)
	}
	d.release(delta)
}
