package heif

import (
	"context"
	"errors"
	"fmt"

	"frontdoor/imaging/internal/codec"
)

// decoder decodes the items of a file. Limits bound the work.
type decoder struct {
	*container
	ctx    context.Context
	limit  int // pixels of one picture
	budget int // pixels of all of them together
	input  int // bytes of all streams together
}

// What a file may ask for. A picture counts as minPixels at least, because each
// one starts a decoder; the streams may add up to maxReads times the file, since
// items may share their data.
const (
	minPixels = 1 << 12
	maxReads  = 4
)

// size returns the columns and rows that the property ispe announces.
func (it *item) size() (w, h int, err error) {
	r := reader{b: it.property("ispe")}
	r.full()
	w, h = r.u32(), r.u32()
	if r.err != nil || w == 0 || h == 0 {
		return 0, 0, errors.New("a picture without a size")
	}
	return w, h, nil
}

// planes decodes a picture: one stream, a grid of them, or another picture.
func (d *decoder) planes(id, depth int) (*codec.Planes, error) {
	it := d.items[id]
	if it == nil || depth > 4 {
		return nil, fmt.Errorf("picture %d is missing", id)
	}
	switch it.kind {
	case "hvc1", "av01":
		return d.coded(it)
	case "grid":
		return d.grid(id, it, depth)
	case "iden":
		parts := d.made(id)
		if len(parts) != 1 {
			return nil, fmt.Errorf("picture %d is made of %d", id, len(parts))
		}
		return d.planes(parts[0], depth+1)
	}
	return nil, unsupportedf("a picture of the kind %q", it.kind)
}

// coded decodes a picture of one stream.
func (d *decoder) coded(it *item) (*codec.Planes, error) {
	w, h, err := it.size()
	if err != nil {
		return nil, err
	}
	if h > d.limit/w || w*h > d.budget {
		return nil, fmt.Errorf("%d x %d pixels in a picture, %d are left of the limit", w, h, max(d.budget, 0))
	}
	d.budget -= max(w*h, minPixels)
	stream, err := d.data(it)
	if err != nil {
		return nil, err
	}
	if d.input -= len(stream); d.input < 0 {
		return nil, fmt.Errorf("the streams are longer than %d times the file", maxReads)
	}
	// A stream codes whole blocks: up to 64 columns and rows more.
	limit := (w + 64) * (h + 64)
	var p *codec.Planes
	if it.kind == "hvc1" {
		if stream, err = nalUnits(it.property("hvcC"), stream); err != nil {
			return nil, err
		}
		p, err = codec.HEVC.Decode(d.ctx, stream, 0, limit)
	} else {
		point := 0
		if a := it.property("a1op"); len(a) > 0 {
			point = int(a[0] & 31)
		}
		p, err = codec.AV1.Decode(d.ctx, stream, point, limit)
	}
	if err != nil {
		return nil, err
	}
	if p.W < w || p.H < h {
		return nil, fmt.Errorf("a picture of %d x %d pixels, the header says %d x %d", p.W, p.H, w, h)
	}
	if p.W != w || p.H != h {
		p = crop(p, 0, 0, w, h)
	}
	return p, nil
}

// nalUnits puts the parameter sets of hvcC before a stream, and gives each unit
// a length of four bytes.
func nalUnits(config, stream []byte) ([]byte, error) {
	r := reader{b: config}
	r.take(21)
	size := r.u8()&3 + 1
	var out []byte
	add := func(unit []byte) {
		n := len(unit)
		out = append(append(out, byte(n>>24), byte(n>>16), byte(n>>8), byte(n)), unit...)
	}
	for n := r.u8(); n > 0 && r.err == nil; n-- {
		r.u8() // kind
		for k := r.u16(); k > 0 && r.err == nil; k-- {
			add(r.take(r.u16()))
		}
	}
	if r.err != nil {
		return nil, errors.New("no parameters of the HEVC stream")
	}
	s := reader{b: stream}
	for len(s.b) > 0 && s.err == nil {
		add(s.take(int(s.uint(size))))
	}
	return out, s.err
}

// grid joins tiles, row by row (ISO 23008-12, 6.6.2.3).
func (d *decoder) grid(id int, it *item, depth int) (*codec.Planes, error) {
	data, err := d.data(it)
	if err != nil {
		return nil, err
	}
	r := reader{b: data}
	r.u8() // version
	flags := r.u8()
	rows, cols := r.u8()+1, r.u8()+1
	field := 2
	if flags&1 != 0 {
		field = 4
	}
	w, h := int(r.uint(field)), int(r.uint(field))
	tiles := d.made(id)
	switch {
	case r.err != nil || w == 0 || h == 0:
		return nil, errors.New("a grid without a size")
	case len(tiles) != rows*cols || len(tiles) > maxGrid:
		return nil, fmt.Errorf("a grid of %d x %d tiles with %d of them", rows, cols, len(tiles))
	case h > d.limit/w:
		return nil, fmt.Errorf("a grid of %d x %d pixels, the limit is %d", w, h, d.limit)
	}
	var out *codec.Planes
	for i, tile := range tiles {
		p, err := d.planes(tile, depth+1)
		if err != nil {
			return nil, err
		}
		if out == nil {
			if p.W*cols < w || p.H*rows < h {
				return nil, fmt.Errorf("%d x %d tiles of %d x %d pixels do not cover %d x %d", rows, cols, p.W, p.H, w, h)
			}
			out = blank(p, w, h)
		}
		if err := paste(out, p, i%cols, i/cols); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// blank returns planes of another size in the format of p.
func blank(p *codec.Planes, w, h int) *codec.Planes {
	out := *p
	out.W, out.H = w, h
	cw, ch := out.ChromaSize()
	out.Samples = [3][]uint16{make([]uint16, w*h), make([]uint16, cw*ch), make([]uint16, cw*ch)}
	return &out
}

// paste copies a tile to its place; what exceeds the picture is left out.
func paste(dst, tile *codec.Planes, col, row int) error {
	if tile.Depth != dst.Depth || tile.Chroma != dst.Chroma {
		return errors.New("the tiles of a grid have different formats")
	}
	tw, th := tile.ChromaSize()
	dw, dh := dst.ChromaSize()
	for c := range dst.Samples {
		if c == 0 {
			pastePlane(dst.Samples[c], dst.W, dst.H, tile.Samples[c], tile.W, tile.H, col, row)
		} else if tw > 0 {
			pastePlane(dst.Samples[c], dw, dh, tile.Samples[c], tw, th, col, row)
		}
	}
	return nil
}

func pastePlane(dst []uint16, dw, dh int, tile []uint16, tw, th, col, row int) {
	x, y := col*tw, row*th
	if x >= dw {
		return
	}
	for r := 0; r < th && y+r < dh; r++ {
		copy(dst[(y+r)*dw+x:(y+r+1)*dw], tile[r*tw:(r+1)*tw])
	}
}

// crop cuts w by h pixels out. x and y are even.
func crop(p *codec.Planes, x, y, w, h int) *codec.Planes {
	out := blank(p, w, h)
	pw, _ := p.ChromaSize()
	cw, ch := out.ChromaSize()
	cx, cy := x, y
	if p.Chroma == codec.Half || p.Chroma == codec.Wide {
		cx = x / 2
	}
	if p.Chroma == codec.Half {
		cy = y / 2
	}
	for c := range out.Samples {
		from, to, sw, dw, rows, ox, oy := p.Samples[c], out.Samples[c], pw, cw, ch, cx, cy
		if c == 0 {
			sw, dw, rows, ox, oy = p.W, w, h, x, y
		}
		for r := range rows {
			copy(to[r*dw:(r+1)*dw], from[(oy+r)*sw+ox:])
		}
	}
	return out
}
