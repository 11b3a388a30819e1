package webp

import (
	"errors"
	"math/bits"
)

const (
	literals   = 256
	lengths    = 24 // symbols for the length of a copy
	distances  = 40
	maxCode    = 15 // bits
	rootBits   = 8  // looked up at once; longer codes go through a second table
	trees      = 5  // green or length, red, blue, alpha, distance
	green      = 0
	red        = 1
	blue       = 2
	alphaTree  = 3
	distTree   = 4
	codeSymbol = 19 // symbols of the code that codes code lengths
)

var errPrefix = errors.New("no complete prefix code")

// entry of a table: a symbol and the bits that its code takes here, or with more
// bits than the table's the way to a second table and the bits both take.
type entry struct {
	symbol uint16
	bits   uint8
}

// prefixCode is a table of 2^root entries, which the next bits choose from, with
// the second tables behind it.
type prefixCode struct {
	table []entry
	root  uint
}

// symbol reads one symbol. Its caller has filled the reader.
func (c *prefixCode) symbol(r *bitReader) int {
	v := r.peek()
	e := c.table[v&(1<<c.root-1)]
	if n := uint(e.bits); n > c.root {
		r.at += c.root
		e = c.table[uint32(e.symbol)+r.peek()&(1<<(n-c.root)-1)]
	}
	r.at += uint(e.bits)
	return int(e.symbol)
}

// single says whether there is one symbol only, which takes no bits.
func (c *prefixCode) single() bool { return len(c.table) == 1 }

// newPrefixCode makes the canonical code of the lengths [symbols], 0 for a symbol
// that has none. It must be complete, or of a single symbol.
func newPrefixCode(lengths []uint8) (prefixCode, error) {
	var count, offset [maxCode + 2]int
	used, longest := 0, 0
	for _, n := range lengths {
		if n > 0 {
			count[n]++
			used++
			longest = max(longest, int(n))
		}
	}
	for n, open := 1, 1; n <= maxCode; n++ {
		offset[n+1] = offset[n] + count[n]
		if open = 2*open - count[n]; used != 1 && (open < 0 || n == maxCode && open != 0) {
			return prefixCode{}, errPrefix
		}
	}
	sorted := make([]uint16, used)
	for symbol, n := range lengths {
		if n > 0 {
			sorted[offset[n]] = uint16(symbol)
			offset[n]++
		}
	}
	if used == 1 {
		return prefixCode{table: []entry{{symbol: sorted[0]}}}, nil
	}
	c := prefixCode{root: uint(min(longest, rootBits))}
	c.assign(sorted, count[:])
	return c, nil
}

// assign gives the symbols, from the shortest code on, their codes in order and
// enters each wherever its bits, read in reverse, come first.
func (c *prefixCode) assign(sorted []uint16, count []int) {
	c.table = make([]entry, 1<<c.root)
	code, second, second0 := uint32(0), 0, uint32(1<<c.root) // the second table and its prefix
	var wide uint                                            // its bits
	for n := uint(1); len(sorted) > 0; n, code = n+1, code<<1 {
		for left := count[n]; left > 0; left, code, sorted = left-1, code+1, sorted[1:] {
			key := bits.Reverse32(code) >> (32 - n)
			if n <= c.root {
				replicate(c.table[:1<<c.root], key, n, entry{sorted[0], uint8(n)})
				continue
			}
			if prefix := key & (1<<c.root - 1); prefix != second0 {
				second0, second = prefix, len(c.table)
				wide = secondBits(count, n, left, c.root)
				c.table[prefix] = entry{uint16(second), uint8(c.root + wide)}
				c.table = append(c.table, make([]entry, 1<<wide)...)
			}
			replicate(c.table[second:second+1<<wide], key>>c.root, n-c.root, entry{sorted[0], uint8(n - c.root)})
		}
	}
}

// replicate enters e at all places whose lowest n bits are key.
func replicate(table []entry, key uint32, n uint, e entry) {
	for i := key; i < uint32(len(table)); i += 1 << n {
		table[i] = e
	}
}

// secondBits returns the bits of the second table whose first code has n bits, of
// which length there are left codes more: as many as fill it.
func secondBits(count []int, n uint, left int, root uint) uint {
	room := 1 << (n - root)
	for n < maxCode {
		if room -= left; room <= 0 {
			break
		}
		n++
		room <<= 1
		left = count[n]
	}
	return n - root
}

// lengthOrder is how the lengths of the code for code lengths follow each other.
var lengthOrder = [codeSymbol]uint8{17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// prefixCode reads a code for symbols 0 to n-1.
func (r *bitReader) prefixCode(n int) (prefixCode, error) {
	lengths := make([]uint8, max(n, literals))
	if r.bit() {
		two, first := r.bit(), uint(1)
		if r.bit() {
			first = 8
		}
		lengths[r.bits(first)] = 1
		if two {
			lengths[r.bits(8)] = 1
		}
	} else if err := r.codeLengths(lengths[:n]); err != nil {
		return prefixCode{}, err
	}
	if r.ended {
		return prefixCode{}, errShort
	}
	return newPrefixCode(lengths[:n])
}

// codeLengths reads the lengths of a code, which are coded themselves: 16 repeats
// the last one that was not zero, 17 and 18 are runs of zeros.
func (r *bitReader) codeLengths(dst []uint8) error {
	var own [codeSymbol]uint8
	for _, at := range lengthOrder[:r.bits(4)+4] {
		own[at] = uint8(r.bits(3))
	}
	code, err := newPrefixCode(own[:])
	if err != nil {
		return err
	}
	symbols := len(dst)
	if r.bit() {
		if symbols = 2 + r.bits(uint(2+2*r.bits(3))); symbols > len(dst) {
			return errPrefix
		}
	}
	last := uint8(8)
	for at := 0; at < len(dst) && symbols > 0; symbols-- {
		r.fill()
		v, run := uint8(code.symbol(r)), 1
		switch {
		case v > 0 && v < 16:
			last = v
		case v == 16:
			v, run = last, 3+r.bits(2)
		case v == 17:
			v, run = 0, 3+r.bits(3)
		case v == 18:
			v, run = 0, 11+r.bits(7)
		}
		if at+run > len(dst) {
			return errPrefix
		}
		for range run {
			dst[at] = v
			at++
		}
	}
	return nil
}
