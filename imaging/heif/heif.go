package heif

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Picture is a decoded file: W*H pixels of red, green and blue, row by row.
type Picture struct {
	W, H int
	Pix  []byte // [H, W, 3]
}

// Header is what a file announces: the size of the picture that Decode gives,
// and the bytes that the planes take at 8 bits a sample.
type Header struct{ W, H, Bytes int64 }

// IsHEIC and IsAVIF tell files by their first bytes.
func IsHEIC(head []byte) bool {
	b := brands(head)
	return len(b) > 0 && (slices.Contains([]string{"heic", "heix", "heim", "heis", "hevc", "hevx"}, b[0]) || isGeneral(b[0]) && !slices.Contains(b, "avif"))
}

func IsAVIF(head []byte) bool {
	b := brands(head)
	return len(b) > 0 && (b[0] == "avif" || b[0] == "avis" || isGeneral(b[0]) && slices.Contains(b, "avif"))
}

// isGeneral says whether a brand leaves open how pictures are coded.
func isGeneral(brand string) bool { return brand == "mif1" || brand == "msf1" }

// ReadHeader reads the size of the primary picture.
func ReadHeader(data []byte) (Header, error) {
	c, err := parse(data)
	if err != nil {
		return Header{}, err
	}
	return c.header()
}

func (c *container) header() (Header, error) {
	it := c.items[c.primary]
	w, h, err := it.size()
	bytes := 3 * int64(w) * int64(h)
	if first := c.first(c.primary, 0); err == nil && first != nil && first.kind == "hvc1" {
		w, h, err = it.shown(w, h)
	}
	return Header{int64(w), int64(h), bytes}, err
}

// Decode reads the primary picture. Before it decodes it asks check whether the
// size is wanted. It ends with an error when the context does.
func Decode(ctx context.Context, data []byte, check func(Header) error) (*Picture, error) {
	c, err := parse(data)
	if err != nil {
		return nil, err
	}
	h, err := c.header()
	if err == nil {
		err = check(h)
	}
	if err != nil {
		return nil, err
	}
	// Tiles may exceed the picture, and alpha is a second one.
	limit := int(h.Bytes/3) + 1<<20
	d := &decoder{container: c, ctx: ctx, limit: limit, budget: 3 * limit, input: maxReads * len(data)}
	p, err := d.planes(c.primary, 0)
	if err != nil {
		return nil, err
	}
	it := c.items[c.primary]
	first := c.first(c.primary, 0)
	if first == nil {
		return nil, errors.New("no coded picture")
	}
	col := colour{primaries: p.Primaries, matrix: p.Matrix, full: p.FullRange}
	heic := first.kind == "hvc1"
	for _, x := range []*item{first, it} { // the whole picture's counts most
		if n, ok := nclx(x); ok {
			if heic && !n.known() {
				return nil, unsupportedf("colours of the code points %d, %d and %d", n.primaries, n.transfer, n.matrix)
			}
			col = n
		}
	}
	if heic && !col.libheifReads(p) || !heic && !col.libavifReads(p) {
		return nil, unsupportedf("matrix coefficients %d (%s), %d bits, full range %v, chroma %s", col.matrix, col.name(), p.Depth, col.full, chromaNames[p.Chroma])
	}
	out, divide := &Picture{W: p.W, H: p.H}, byLibyuv
	if heic {
		out.Pix, divide = libheif(p, col), byPillow
	} else {
		alpha, _ := d.alpha(c.primary)
		out.Pix = libavif(p, col, alpha != nil)
	}
	if err := d.divideByAlpha(out, c.primary, divide); err != nil {
		return nil, err
	}
	if heic {
		return out.transformed(it)
	}
	return out, nil
}

// unsupported is a feature that is not read, which is no damage: it is
// [errors.ErrUnsupported].
type unsupported string

func (u unsupported) Error() string      { return string(u) }
func (unsupported) Is(target error) bool { return target == errors.ErrUnsupported }

func unsupportedf(format string, args ...any) error {
	return unsupported(fmt.Sprintf(format, args...))
}

// first returns the first coded picture that an item is made of, or nil.
func (c *container) first(id, depth int) *item {
	it := c.items[id]
	if it == nil || depth > 4 {
		return nil
	}
	if it.kind != "grid" && it.kind != "iden" {
		return it
	}
	if parts := c.made(id); len(parts) > 0 {
		return c.first(parts[0], depth+1)
	}
	return nil
}

// nclx reads the colours that a property colr names.
func nclx(it *item) (colour, bool) {
	for _, p := range it.properties {
		if p.name != "colr" {
			continue
		}
		r := reader{b: p.body}
		if string(r.take(4)) != "nclx" {
			continue
		}
		c := colour{primaries: r.u16()}
		c.transfer = r.u16()
		c.matrix = r.u16()
		c.full = r.u8()&0x80 != 0
		return c, r.err == nil
	}
	return colour{}, false
}

// Orientation returns how an AVIF picture is to be turned, a number from 1 to 8
// as Exif defines it, from the properties irot and imir. For HEIC it is 1: Decode
// turns it.
func Orientation(data []byte) int {
	c, err := parse(data)
	if err != nil {
		return 1
	}
	if f := c.first(c.primary, 0); f == nil || f.kind != "av01" {
		return 1
	}
	return c.items[c.primary].orientation()
}

// Metadata returns the Exif block that belongs to the primary picture, from the
// TIFF header on, and its XMP, a text; nil for what it does not have.
func Metadata(data []byte) (exif, xmp []byte) {
	c, err := parse(data)
	if err != nil {
		return nil, nil
	}
	for _, ref := range c.refs {
		it := c.items[ref.from]
		if ref.kind != "cdsc" || it == nil || !slices.Contains(ref.to, c.primary) {
			continue
		}
		body, err := c.data(it)
		switch {
		case err != nil:
		case it.kind == "Exif" && len(body) >= 4:
			r := reader{b: body}
			if at := uint64(r.u32()) + 4; at < uint64(len(body)) {
				exif = body[at:]
			}
		case it.kind == "mime" && it.content == "application/rdf+xml":
			xmp = body
		}
	}
	return exif, xmp
}
