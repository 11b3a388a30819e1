package png

import (
	"context"
	"errors"
	"fmt"
)

// channels is how many samples a pixel has, for each layout that exists.
var channels = map[layout]int64{
	{1, 0}: 1, {2, 0}: 1, {4, 0}: 1, {8, 0}: 1, {16, 0}: 1,
	{8, 2}: 3, {16, 2}: 3,
	{1, 3}: 1, {2, 3}: 1, {4, 3}: 1, {8, 3}: 1,
	{8, 4}: 2, {16, 4}: 2,
	{8, 6}: 4, {16, 6}: 4,
}

// pixelBits returns the bits that a pixel takes.
func (l layout) bits() int64 { return int64(l.depth) * channels[l] }

// rowBytes returns the bytes that a row of w pixels takes.
func rowBytes(w int64, l layout) int64 { return (w*l.bits() + 7) / 8 }

// pass is a part of the pixels that is stored together.
type pass struct {
	col, row, dcol, drow int64 // the first pixel, steps to the next one
}

// Adam7 stores the pixels in seven passes.
var adam7 = []pass{
	{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2},
}

var whole = []pass{{0, 0, 1, 1}}

// size returns the columns and rows that a pass has of w by h pixels.
func (p pass) size(w, h int64) (cols, rows int64) {
	return max((w-p.col+p.dcol-1)/p.dcol, 0), max((h-p.row+p.drow-1)/p.drow, 0)
}

// raster holds unfiltered rows as they were packed, pass by pass.
type raster struct {
	layout layout
	where  box
	passes []pass
	packed []byte // for each row its filter and its pixels
	short  bool   // the stream ended before the last row
}

// growth bounds what a row adds before the stream has filled it.
const growth = 1 << 20

// rows inflates and unfilters the pixels, then reads the chunks behind them.
func (s *stream) rows(ctx context.Context, where box) (*raster, error) {
	in := newPixelInput(s)
	r := &raster{layout: s.layout, where: where, passes: whole}
	if s.interlace {
		r.passes = adam7
	}
	w, h := where.x1-where.x0, where.y1-where.y0
	bpp := int((s.layout.bits() + 7) / 8)
scan:
	for _, p := range r.passes {
		cols, rows := p.size(w, h)
		if cols == 0 {
			continue
		}
		n := 1 + int(rowBytes(cols, s.layout))
		prior := []byte(nil) // the row above is black
		for range rows {
			row, why, err := r.next(ctx, in, n)
			if err != nil {
				return nil, err
			}
			if !unfilter(row, prior, bpp) {
				return nil, fmt.Errorf("filter type %d", row[0])
			}
			if prior = row; why == last {
				r.short = true
				break scan
			}
		}
	}
	r.short = r.short && len(r.packed) < r.total(w, h)
	in.seek(s)
	return r, s.finish(s.frames > 1 || s.frames == 1 && s.box == nil)
}

// total returns how long packed is with all rows.
func (r *raster) total(w, h int64) int {
	n := int64(0)
	for _, p := range r.passes {
		if cols, rows := p.size(w, h); cols > 0 {
			n += rows * (1 + rowBytes(cols, r.layout))
		}
	}
	return int(n)
}

// next inflates a row of n bytes.
func (r *raster) next(ctx context.Context, in *pixelInput, n int) (row []byte, why ended, err error) {
	begin := len(r.packed)
	for end := begin + n; len(r.packed) < end; {
		if ctx.Err() != nil {
			return nil, why, ctx.Err()
		}
		if !in.z.more() {
			if err := in.extend(); err != nil {
				return nil, why, err
			}
		}
		at := len(r.packed)
		r.packed = append(r.packed, make([]byte, min(end-at, growth))...)
		var got int
		got, why, err = in.z.fill(r.packed[at:])
		r.packed = r.packed[:at+got]
		if err != nil {
			return nil, why, err
		}
		if why == last && at+got < end {
			return nil, why, errors.New("the stream ends within a row")
		}
	}
	return r.packed[begin:], why, nil
}

// unfilter undoes the filter of a row, whose first byte names it. It reports
// false for a filter that does not exist. prior is nil for the first row.
func unfilter(row, prior []byte, bpp int) bool {
	if prior == nil {
		prior = make([]byte, len(row))
	}
	cur, up := row[1:], prior[1:len(row)]
	head := min(bpp, len(cur))
	switch row[0] {
	case 0:
	case 1:
		for i := bpp; i < len(cur); i++ {
			cur[i] += cur[i-bpp]
		}
	case 2:
		for i := range cur {
			cur[i] += up[i]
		}
	case 3:
		for i := range head {
			cur[i] += up[i] / 2
		}
		for i := bpp; i < len(cur); i++ {
			cur[i] += byte((int(cur[i-bpp]) + int(up[i])) / 2)
		}
	case 4:
		for i := range head {
			cur[i] += up[i]
		}
		for i := bpp; i < len(cur); i++ {
			cur[i] += paeth(cur[i-bpp], up[i], up[i-bpp])
		}
	default:
		return false
	}
	return true
}

// paeth returns whichever of left, up and upper left is nearest to
// left + up - upper left (PNG specification, 9.4).
func paeth(a, b, c byte) byte {
	pa, pb := int(b)-int(c), int(a)-int(c)
	pc := max(pa+pb, -pa-pb)
	pa, pb = max(pa, -pa), max(pb, -pb)
	if pa <= pb && pa <= pc {
		return a
	}
	if pb <= pc {
		return b
	}
	return c
}
