package png

import "slices"

// Lengths and distances of matches: the smallest value of each symbol and how
// many bits follow it (RFC 1951, 3.2.5).
var (
	lengthBase  = [29]int{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthExtra = [29]uint{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distBase    = [30]int{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	distExtra   = [30]uint{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
	// codeOrder is the order in which the lengths of the code for code lengths
	// are stored.
	codeOrder = [19]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

// block reads the head of a block. It reports false where the input ends.
func (z *inflater) block() (bool, error) {
	if !z.need(3) {
		return false, nil
	}
	z.final = z.take(1) == 1
	switch z.take(2) {
	case 0:
		z.take(z.nbits % 8)
		if !z.need(32) {
			return false, nil
		}
		n, inverse := z.take(16), z.take(16)
		if n != inverse^0xffff {
			return false, errInflate
		}
		z.length, z.state = n, atStored
		return true, nil
	case 1:
		z.fixed()
		z.state = atSymbol
		return true, nil
	case 2:
		z.state = atSymbol
		return z.dynamic()
	}
	return false, errInflate
}

// fixed sets the codes that need no table.
func (z *inflater) fixed() {
	lengths := slices.Concat(slices.Repeat([]uint8{8}, 144), slices.Repeat([]uint8{9}, 112),
		slices.Repeat([]uint8{7}, 24), slices.Repeat([]uint8{8}, 8))
	z.lit.build(lengths, false)
	z.dist.build(slices.Repeat([]uint8{5}, 32), false)
}

// dynamic reads the two codes of a block.
func (z *inflater) dynamic() (bool, error) {
	if !z.need(14) {
		return false, nil
	}
	lits, dists, codes := z.take(5)+257, z.take(5)+1, z.take(4)+4
	if lits > 286 || dists > 30 {
		return false, errInflate
	}
	var order [19]uint8
	for _, i := range codeOrder[:codes] {
		if !z.need(3) {
			return false, nil
		}
		order[i] = uint8(z.take(3))
	}
	if !z.lit.build(order[:], false) {
		return false, errInflate
	}
	var lengths [286 + 30]uint8
	for i := 0; i < lits+dists; {
		s, err := z.decode(&z.lit)
		if s < 0 || err != nil {
			return false, err
		}
		if s < 16 {
			lengths[i] = uint8(s)
			i++
			continue
		}
		again, value, ok := z.repeat(s)
		if !ok {
			return false, nil
		}
		if s == 16 {
			if i == 0 {
				return false, errInflate
			}
			value = lengths[i-1]
		}
		if i+again > lits+dists {
			return false, errInflate
		}
		for range again {
			lengths[i] = value
			i++
		}
	}
	const endOfBlock = 256
	if lengths[endOfBlock] == 0 ||
		!z.lit.build(lengths[:lits], true) || !z.dist.build(lengths[lits:lits+dists], true) {
		return false, errInflate
	}
	return true, nil
}

// repeat reads how often the symbols 16, 17 and 18 repeat a length.
func (z *inflater) repeat(symbol int) (n int, value uint8, ok bool) {
	width, base := [3]uint{2, 3, 7}[symbol-16], [3]int{3, 3, 11}[symbol-16]
	if !z.need(width) {
		return 0, 0, false
	}
	return base + z.take(width), 0, true
}

// symbol reads a literal, a match or the end of the block. It reports false
// where the input ends.
func (z *inflater) symbol() (bool, error) {
	s, err := z.decode(&z.lit)
	switch {
	case s < 0 || err != nil:
		return false, err
	case s < 256:
		z.literal, z.state = byte(s), atLiteral
		return true, nil
	case s == 256:
		z.state = atBlock
		return true, nil
	case s > 285:
		return false, errInflate
	}
	if !z.need(lengthExtra[s-257]) {
		return false, nil
	}
	z.length = lengthBase[s-257] + z.take(lengthExtra[s-257])
	d, err := z.decode(&z.dist)
	switch {
	case d < 0 || err != nil:
		return false, err
	case d > 29:
		return false, errInflate
	}
	if !z.need(distExtra[d]) {
		return false, nil
	}
	z.back, z.state = distBase[d]+z.take(distExtra[d]), atMatch
	return true, nil
}
