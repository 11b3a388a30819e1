package png

// paint makes a canvas of w by h pixels of red, green and blue. What the rows
// do not cover has samples of 0.
func (r *raster) paint(w, h int, look *look) []byte {
	pix := make([]byte, 3*w*h)
	if c := look.table[0]; c != [3]byte{} {
		for i := 0; i < len(pix); i += 3 {
			copy(pix[i:], c[:])
		}
	}
	packed := r.packed
	for _, p := range r.passes {
		cols, rows := p.size(r.where.x1-r.where.x0, r.where.y1-r.where.y0)
		if cols == 0 {
			continue
		}
		n := int(rowBytes(cols, r.layout))
		for y := range rows {
			if len(packed) < 1+n {
				return pix
			}
			at := (r.where.y0+p.row+y*p.drow)*int64(w) + r.where.x0 + p.col
			look.row(pix[3*at:], packed[1:1+n], int(cols), int(3*p.dcol))
			packed = packed[1+n:]
		}
	}
	return pix
}

// look turns packed samples into colours.
type look struct {
	depth   int
	table   [256][3]byte // for layouts of one sample of up to 8 bits
	indexed bool
	grey16  bool
	size    int    // bytes of a pixel that is not indexed
	at      [3]int // where its red, green and blue are
}

func newLook(l layout, palette []byte) *look {
	k := &look{depth: int(l.depth), size: int(l.bits() / 8)}
	step := int(l.depth) / 8 // bytes from sample to sample
	switch l.colour {
	case 0:
		k.grey16, k.indexed = l.depth == 16, l.depth <= 8
		for v := range 1 << min(l.depth, 8) {
			g := byte(v * 255 / (1<<min(l.depth, 8) - 1))
			k.table[v] = [3]byte{g, g, g}
		}
	case 3:
		k.indexed = true
		for i := range len(palette) / 3 {
			copy(k.table[i][:], palette[3*i:])
		}
	case 2, 6:
		k.at = [3]int{0, step, 2 * step}
	}
	return k
}

// row writes cols pixels to dst, one every step bytes.
func (k *look) row(dst, packed []byte, cols, step int) {
	switch {
	case k.indexed && k.depth == 8:
		for x, v := range packed[:cols] {
			copy(dst[x*step:x*step+3], k.table[v][:])
		}
	case k.indexed:
		per, mask := 8/k.depth, byte(1<<k.depth-1)
		for x := range cols {
			v := packed[x/per] >> (8 - k.depth*(x%per+1)) & mask
			copy(dst[x*step:x*step+3], k.table[v][:])
		}
	case k.grey16:
		for x := range cols {
			v := packed[2*x+1]
			if packed[2*x] != 0 {
				v = 255
			}
			d := dst[x*step : x*step+3]
			d[0], d[1], d[2] = v, v, v
		}
	default:
		for x := range cols {
			p, d := packed[x*k.size:(x+1)*k.size], dst[x*step:x*step+3]
			d[0], d[1], d[2] = p[k.at[0]], p[k.at[1]], p[k.at[2]]
		}
	}
}
