package png

import "math/bits"

// fastBits is how many bits of a code one look into the table decodes.
const fastBits = 10

// huffman is a canonical code of at most 15 bits a symbol.
type huffman struct {
	fast    [1 << fastBits]uint16 // symbol<<4 | length, 0 for longer or unused codes
	count   [16]int               // codes of each length
	symbols []uint16              // by length, then by number
}

// build makes the code from the length of each symbol, 0 for an unused one. It
// reports false for lengths that zlib refuses: too many codes, or too few
// unless lone is set and there is at most one code of one bit.
func (h *huffman) build(lengths []uint8, lone bool) bool {
	clear(h.fast[:])
	h.count = [16]int{}
	for _, n := range lengths {
		h.count[n]++
	}
	h.count[0] = 0
	room, longest := 1, 0
	var next, at [16]int // the first code of each length, its place in symbols
	for n := 1; n < 16; n++ {
		next[n] = (next[n-1] + h.count[n-1]) << 1
		at[n] = at[n-1] + h.count[n-1]
		if room = room<<1 - h.count[n]; room < 0 {
			return false
		}
		if h.count[n] > 0 {
			longest = n
		}
	}
	if room > 0 && longest > 0 && !(lone && longest == 1) {
		return false
	}
	h.symbols = append(h.symbols[:0], make([]uint16, len(lengths))...)
	for s, n := range lengths {
		if n == 0 {
			continue
		}
		h.symbols[at[n]] = uint16(s)
		at[n]++
		if n <= fastBits {
			code := int(bits.Reverse16(uint16(next[n])) >> (16 - n))
			for ; code < 1<<fastBits; code += 1 << n {
				h.fast[code] = uint16(s)<<4 | uint16(n)
			}
		}
		next[n]++
	}
	return true
}

// decode reads one symbol. It returns -1 where the input ends first, and an
// error where the bits are no code.
func (z *inflater) decode(h *huffman) (int, error) {
	if z.nbits < 15 {
		z.load()
	}
	if e := h.fast[z.hold&(1<<fastBits-1)]; e != 0 {
		n := uint(e & 15)
		if n > z.nbits {
			z.dry = true
			return -1, nil
		}
		z.take(n)
		return int(e >> 4), nil
	}
	code, first, index := 0, 0, 0
	for n := uint(1); n < 16; n++ {
		if n > z.nbits {
			z.dry = true
			return -1, nil
		}
		code |= int(z.hold >> (n - 1) & 1)
		count := h.count[n]
		if code-first < count {
			z.take(n)
			return int(h.symbols[index+code-first]), nil
		}
		index, first, code = index+count, (first+count)<<1, code<<1
	}
	return 0, errInflate
}
