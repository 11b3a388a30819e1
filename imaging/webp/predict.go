package webp

const opaqueBlack = 0xff000000

// predict adds to each pixel what its neighbours predict, by the rule of its
// block; the first row takes the left one, the first column the one above.
func (t *transform) predict(pix []uint32, h int) {
	pix[0] = add(pix[0], opaqueBlack)
	for x := 1; x < t.w; x++ {
		pix[x] = add(pix[x], pix[x-1])
	}
	for y := 1; y < h; y++ {
		rules := t.data[y>>t.block*blocks(t.w, t.block):]
		at := y * t.w
		pix[at] = add(pix[at], pix[at-t.w])
		for x := 1; x < t.w; x++ {
			i := at + x
			// Above the last column's right is the first of this row.
			pix[i] = add(pix[i], predicted(rules[x>>t.block]>>8&15, pix[i-1], pix[i-t.w-1], pix[i-t.w], pix[i-t.w+1]))
		}
	}
}

// predicted is what a rule makes of the pixels on the left, above it, above, and
// above to the right.
func predicted(rule, left, corner, up, right uint32) uint32 {
	switch rule {
	case 1:
		return left
	case 2:
		return up
	case 3:
		return right
	case 4:
		return corner
	case 5:
		return mean(mean(left, right), up)
	case 6:
		return mean(left, corner)
	case 7:
		return mean(left, up)
	case 8:
		return mean(corner, up)
	case 9:
		return mean(up, right)
	case 10:
		return mean(mean(left, corner), mean(up, right))
	case 11:
		return nearer(left, corner, up)
	case 12:
		return channels(func(l, c, u int) int { return l + u - c }, left, corner, up)
	case 13:
		return channels(func(m, c, _ int) int { return m + (m-c)/2 }, mean(left, up), corner, 0)
	}
	return opaqueBlack
}

// mean is the mean of each channel, rounded down.
func mean(a, b uint32) uint32 { return (a^b)&0xfefefefe>>1 + a&b }

// nearer returns the pixel above or on the left, whichever the sum of the two
// less the corner is nearer to; the one above if both are.
func nearer(left, corner, up uint32) uint32 {
	d := 0
	for shift := 0; shift < 32; shift += 8 {
		c := int(corner >> shift & 0xff)
		d += abs(int(left>>shift&0xff)-c) - abs(int(up>>shift&0xff)-c)
	}
	if d <= 0 {
		return up
	}
	return left
}

// channels computes each channel of a pixel, clipped to a byte.
func channels(f func(a, b, c int) int, a, b, c uint32) (out uint32) {
	for shift := 0; shift < 32; shift += 8 {
		v := f(int(a>>shift&0xff), int(b>>shift&0xff), int(c>>shift&0xff))
		out |= uint32(min(max(v, 0), 255)) << shift
	}
	return out
}

func abs(v int) int { return max(v, -v) }
