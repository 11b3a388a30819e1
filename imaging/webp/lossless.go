package webp

import (
	"context"
	"errors"
)

// lossless is a decoder of a VP8L stream (RFC 9649), whose pixels are 32 bits:
// alpha, red, green and blue from the top. It accepts what libwebp accepts.
type lossless struct {
	ctx        context.Context
	bits       bitReader
	transforms []transform
}

var (
	errCopy  = errors.New("a copy from before the picture or beyond it")
	errCache = errors.New("a cache of colours of a size that there is not")
)

// decodeLossless decodes a stream with its head, which announces w columns.
func decodeLossless(ctx context.Context, data []byte, w, h int) ([]uint32, error) {
	d := &lossless{ctx: ctx, bits: newBitReader(data)}
	for _, n := range []uint{8, 14, 14, 1, 3} { // mark, columns, rows, alpha, version
		d.bits.bits(n)
	}
	if d.bits.ended {
		return nil, errShort
	}
	return d.picture(w, h, false)
}

// decodeAlpha decodes the stream without a head of an alpha plane, which is the
// green. It returns its pixels.
func decodeAlpha(ctx context.Context, data []byte, w, h int) ([]uint32, error) {
	d := &lossless{ctx: ctx, bits: newBitReader(data)}
	return d.picture(w, h, true)
}

// picture reads the transforms and the pixels [h, w] they are undone on. plane
// says that only the green counts.
func (d *lossless) picture(w, h int, plane bool) (pix []uint32, err error) {
	narrow := w
	for d.bits.bit() {
		if narrow, err = d.transform(narrow, h); err != nil {
			return nil, err
		}
	}
	c, err := d.codes(narrow, h, true)
	if err != nil {
		return nil, err
	}
	// libwebp reads a plane of indices by a loop of its own, where the last symbol
	// may pass the end of the data.
	c.lenient = plane && len(d.transforms) == 1 && d.transforms[0].kind == indexing && c.greenOnly()
	if pix, err = d.pixels(c, narrow, h); err != nil {
		return nil, err
	}
	for i := len(d.transforms) - 1; i >= 0; i-- {
		pix = d.transforms[i].undo(pix, h)
	}
	return pix, nil
}

// image reads an image [h, w] of numbers: what a transform needs, or the numbers
// of the groups of codes.
func (d *lossless) image(w, h int) ([]uint32, error) {
	c, err := d.codes(w, h, false)
	if err != nil {
		return nil, err
	}
	return d.pixels(c, w, h)
}

// group holds the codes of a part of the image.
type group [trees]prefixCode

// codes are what the pixels of an image are coded with.
type codes struct {
	groups    []group
	numbers   []uint32 // which group a block of 2^block columns and rows has
	block     uint
	across    int // blocks
	cacheBits uint
	lenient   bool
}

// greenOnly says whether the other channels take no bits and there is no cache.
func (c *codes) greenOnly() bool {
	for i := range c.groups {
		if g := &c.groups[i]; !g[red].single() || !g[blue].single() || !g[alphaTree].single() {
			return false
		}
	}
	return c.cacheBits == 0
}

// codes reads the size of the cache and the groups. Only the picture itself may
// have more than one.
func (d *lossless) codes(w, h int, top bool) (*codes, error) {
	c := &codes{}
	if d.bits.bit() {
		if c.cacheBits = uint(d.bits.bits(4)); c.cacheBits < 1 || c.cacheBits > 11 {
			return nil, errCache
		}
	}
	last := 0
	used := map[uint32]uint32{0: 0} // the group that stands for a number
	if top && d.bits.bit() {
		c.block = uint(2 + d.bits.bits(3))
		c.across = blocks(w, c.block)
		var err error
		if c.numbers, err = d.image(c.across, blocks(h, c.block)); err != nil {
			return nil, err
		}
		clear(used)
		for i, v := range c.numbers {
			n := v >> 8 & 0xffff
			last = max(last, int(n))
			if _, ok := used[n]; !ok {
				used[n] = uint32(len(used))
			}
			c.numbers[i] = used[n]
		}
	}
	if d.bits.ended {
		return nil, errShort
	}
	c.groups = make([]group, len(used))
	for n := range last + 1 {
		g, err := d.group(c.cacheBits)
		if err != nil {
			return nil, err
		}
		if i, ok := used[uint32(n)]; ok {
			c.groups[i] = g
		} else if last < min(1000, w*h) { // libwebp keeps these, too
			c.groups = append(c.groups, g)
		}
	}
	return c, nil
}

func (d *lossless) group(cacheBits uint) (g group, err error) {
	symbols := [trees]int{literals + lengths, literals, literals, literals, distances}
	if cacheBits > 0 {
		symbols[green] += 1 << cacheBits
	}
	for i, n := range symbols {
		if g[i], err = d.bits.prefixCode(n); err != nil {
			return g, err
		}
	}
	return g, d.ctx.Err()
}

// blocks returns how many blocks of 2^bits pixels n pixels need.
func blocks(n int, bits uint) int { return (n + 1<<bits - 1) >> bits }
