package png

import "encoding/binary"

// fastInput is how much input a turn of fast may take: 48 bits of a length and
// a distance, read eight bytes at a time.
const fastInput = 8

// fast reads literals and matches while there is input and output enough for
// any of them, and returns how much it wrote to dst. It stops before whatever
// step would treat otherwise: the end of the block, a long or wrong code.
func (z *inflater) fast(dst []byte) int {
	room := min(len(dst), window) - maxMatch
	z.slide(room + maxMatch)
	past, begin := z.past, len(z.past)
	at, hold, nbits := z.at, z.hold, z.nbits
	for len(past)-begin < room && z.limit-at >= fastInput {
		if nbits < 48 {
			hold |= binary.LittleEndian.Uint64(z.data[at:]) << nbits
			at += int(63-nbits) / 8
			nbits |= 56
		}
		e := z.lit.fast[hold&(1<<fastBits-1)]
		s, used := int(e>>4), uint(e&15)
		if e == 0 || s == 256 || s > 285 {
			break
		}
		if s < 256 {
			past = append(past, byte(s))
			hold, nbits = hold>>used, nbits-used
			continue
		}
		bits := hold >> used
		x := lengthExtra[s-257]
		length := lengthBase[s-257] + int(bits&(1<<x-1))
		bits, used = bits>>x, used+x
		e = z.dist.fast[bits&(1<<fastBits-1)]
		d := int(e >> 4)
		if e == 0 || d > 29 {
			break
		}
		bits, used = bits>>(e&15), used+uint(e&15)
		x = distExtra[d]
		back := distBase[d] + int(bits&(1<<x-1))
		if back > len(past) {
			break
		}
		used += x
		past = repeat(past, back, length)
		hold, nbits = hold>>used, nbits-used
	}
	// Give back the whole bytes that load did not count.
	z.at, z.hold, z.nbits, z.past = at, hold&(1<<nbits-1), nbits, past
	return copy(dst, past[begin:])
}
