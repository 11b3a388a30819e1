package cuda

import (
	"math"

	"frontdoor/autograd"
)

// block is what is known of an allocation: how often it was written, and other
// forms of what it holds. A weight is uploaded once and used many times, so that
// its halves are made once; what a kernel writes has no forms but the last
// product's.
type block struct {
	version  int
	uploaded bool // by the last write
	exact    bool // fp16 holds it, and needs no scale
	forms    [2]*halves
}

// Forms of a matrix that a product reads by rows: as it lies, or transposed.
const (
	asIs = iota
	turned
)

// blockOf returns what is known of memory.
func (d *Device) blockOf(p Pointer) *block {
	b := d.blocks[p]
	if b == nil {
		b = &block{}
		d.blocks[p] = b
	}
	return b
}

// wrote notes that a kernel writes memory.
func (d *Device) wrote(m autograd.Mem) {
	if m.Empty() {
		return
	}
	b := d.blockOf(pointer(m))
	d.dropForms(b)
	b.version++
	b.uploaded = false
}

// dropForms gives the forms of a block back.
func (d *Device) dropForms(b *block) {
	for i, h := range b.forms {
		if h != nil {
			d.releaseHalves(h)
			b.forms[i] = nil
		}
	}
}

// exactInHalf reports whether fp16 holds each of the numbers, with room for the
// scale that split gives their rows.
func exactInHalf(x []float32) bool {
	for _, v := range x {
		b := math.Float32bits(v) &^ (1 << 31)
		switch {
		case b == 0:
		case b >= 0x46000000: // 2^13
			return false
		case b >= 0x38800000: // normal from 2^-14 on: ten bits behind the first
			if b&0x1fff != 0 {
				return false
			}
		case v*0x1p24 != float32(int32(v*0x1p24)): // whole multiples of 2^-24
			return false
		}
	}
	return true
}

// weightHalves returns the second factor of a product by rows of halves: rows of
// b, or its columns. Those of an uploaded matrix stay; others are the caller's to
// give back.
func (d *Device) weightHalves(b autograd.Mat, form int) (h *halves, own bool) {
	p := pointer(b.Mem)
	known := d.blockOf(p)
	if h := known.forms[form]; h != nil {
		return h, false
	}
	rows, cols, from := b.Rows, b.Cols, p
	if form == turned {
		rows, cols, from = b.Cols, b.Rows, d.allocate(b.Rows*b.Cols)
		d.transpose(from, p, b.Rows, b.Cols)
	}
	h = d.split(from, rows, cols, cols)
	if from != p {
		d.release(from)
	}
	if !known.uploaded {
		return h, true
	}
	if known.exact { // the low halves are zeros
		d.release(h.lo)
		h.lo = 0
	}
	known.forms[form] = h
	return h, false
}

// lastSplit keeps the halves of the matrix that was split last: queries, keys and
// values are products of the same rows.
type lastSplit struct {
	p       Pointer
	version int
	h       *halves
}

// rowHalves returns the first factor of a product, the rows of a, as halves. They
// stay until those of another matrix are wanted.
func (d *Device) rowHalves(a autograd.Mat) *halves {
	p := pointer(a.Mem)
	version := d.blockOf(p).version
	if l := &d.last; l.h == nil || l.p != p || l.version != version || l.h.rows != a.Rows || l.h.cols != a.Cols {
		d.forgetSplit()
		d.last = lastSplit{p, version, d.split(p, a.Rows, a.Cols, a.Cols)}
	}
	return d.last.h
}

func (d *Device) forgetSplit() {
	if d.last.h != nil {
		d.releaseHalves(d.last.h)
		d.last = lastSplit{}
	}
}
