package jpeg

import "encoding/binary"

// lookBits is how many bits of a code are looked up at once.
const lookBits = 8

// huffTable is a Huffman table in the form that decoding needs.
type huffTable struct {
	// look holds, for the next 8 bits, the length of the code that they begin
	// with and its symbol as length<<8 | symbol; length 9 says that the code is
	// longer.
	look    [1 << lookBits]uint16
	maxCode [18]int32 // largest code of each length, -1 if none; the last ends a search
	offset  [18]int32 // index of a code's symbol, less the code
	vals    [256]uint8
}

// derive builds the table (T.81, annex C and F.2.2.3). It is an error if the
// lengths make no prefix code, or if a DC table has symbols that are no length.
func (t *huffTable) derive(s *huffSpec, dc, lossless bool) error {
	t.vals = s.vals
	for i := range t.look {
		t.look[i] = (lookBits + 1) << 8
	}
	code, n := int32(0), 0
	for l := 1; l <= 16; l++ {
		count := int(s.bits[l])
		if n+count > 256 {
			return formatErrorf("a Huffman table of more than 256 codes")
		}
		t.maxCode[l] = -1
		if count > 0 {
			t.offset[l] = int32(n) - code
			for range count {
				if l <= lookBits {
					t.fill(code, l, s.vals[n])
				}
				code++
				n++
			}
			t.maxCode[l] = code - 1
		}
		if count > 0 && code >= 1<<l { // no code may be all ones
			return formatErrorf("a Huffman table that is no prefix code")
		}
		code <<= 1
	}
	t.offset[17], t.maxCode[17] = 0, 0xfffff
	if !dc {
		return nil
	}
	limit := uint8(15)
	if lossless {
		limit = 16
	}
	for _, v := range s.vals[:n] {
		if v > limit {
			return formatErrorf("symbol %d in a Huffman table for DC", v)
		}
	}
	return nil
}

// fill enters a code of l bits at all the bits that begin with it. A code too
// large for its length is entered nowhere; derive refuses the table.
func (t *huffTable) fill(code int32, l int, symbol uint8) {
	first := int(code) << (lookBits - l)
	for i := first; i < first+1<<(lookBits-l) && i < len(t.look); i++ {
		t.look[i] = uint16(l)<<8 | uint16(symbol)
	}
}

// bitReader takes bits from the entropy-coded data: n bits are in the low end
// of buf, and pos is the next byte. It is libjpeg's, to the moment of each
// reload, because that decides whether a file without EOI is still whole.
type bitReader struct {
	buf uint64
	n   int
	pos int
}

// minBits is the number of bits that a reload brings.
const minBits = 57

// reload brings the buffer to at least minBits bits. Before a marker, which it
// notes in d.unread, it stops; if fewer than need bits are then left, zeros
// follow. It returns false if the bytes handed over do not suffice.
func (d *decoder) reload(r *bitReader, need int) bool {
	s := &d.src
	if d.unread == 0 {
		if r.pos+8 <= s.limit {
			v := binary.BigEndian.Uint64(s.data[r.pos:])
			if !hasFF(v) {
				k := (64 - r.n) >> 3
				r.buf = r.buf<<(8*k&63) | v>>((64-8*k)&63)
				if k == 8 {
					r.buf = v
				}
				r.n += 8 * k
				r.pos += k
				return true
			}
		}
		for r.n < minBits {
			if r.pos >= s.limit {
				return false
			}
			c := s.data[r.pos]
			r.pos++
			if c == 0xff {
				for c == 0xff {
					if r.pos >= s.limit {
						return false
					}
					c = s.data[r.pos]
					r.pos++
				}
				if c != 0 {
					d.unread = c
					break
				}
				c = 0xff
			}
			r.buf = r.buf<<8 | uint64(c)
			r.n += 8
		}
	}
	if r.n < need {
		d.insufficient = true
		r.buf <<= (minBits - r.n) & 63
		r.n = minBits
	}
	return true
}

// hasFF reports whether a byte of v is 0xff.
func hasFF(v uint64) bool {
	const low, high = 0x0101010101010101, 0x8080808080808080
	return (^v-low)&v&high != 0
}

// symbol decodes the next Huffman code; false means that bytes are missing.
// Bits that are no code give symbol 0.
func (d *decoder) symbol(r *bitReader, t *huffTable) (int, bool) {
	length := 1
	if r.n < lookBits {
		if !d.reload(r, 0) {
			return 0, false
		}
	}
	if r.n >= lookBits {
		v := t.look[uint8(r.buf>>((r.n-lookBits)&63))]
		length = int(v >> 8)
		if length <= lookBits {
			r.n -= length
			return int(v & 255), true
		}
	}
	return d.longSymbol(r, t, length)
}

// longSymbol decodes a code of at least the given length, bit by bit.
func (d *decoder) longSymbol(r *bitReader, t *huffTable, length int) (int, bool) {
	code, ok := d.take(r, length)
	if !ok {
		return 0, false
	}
	for code > int(t.maxCode[length]) {
		bit, ok := d.take(r, 1)
		if !ok {
			return 0, false
		}
		code = code<<1 | bit
		length++
	}
	if length > 16 {
		return 0, true
	}
	return int(t.vals[uint8(code+int(t.offset[length]))]), true
}

// take returns the next n bits; false means that bytes are missing.
func (d *decoder) take(r *bitReader, n int) (int, bool) {
	if r.n < n {
		if !d.reload(r, n) {
			return 0, false
		}
	}
	r.n -= n
	return int(r.buf>>(r.n&63)) & (1<<n - 1), true
}

// extend gives n bits the sign that they stand for (T.81, figure F.12).
func extend(v, n int) int {
	if v < 1<<(n-1) {
		return v - 1<<n + 1
	}
	return v
}
