package jpeg

// smoothed is the number of coefficients, DC and the first nine in zigzag
// order, whose precision decides about smoothing.
const smoothed = 10

// smoother fills in coefficients that the scans of a progressive file have not
// (or not exactly) brought, by estimates from the DC values of the 5x5 blocks
// around: libjpeg-turbo's block smoothing (T.81, K.8, extended).
type smoother struct {
	*decoder
	work [64]int16
	dc   [5][5]int64 // DC values around the block at hand
}

// smoothingUseful reports whether an image has coefficients to be estimated,
// and all that estimates need.
func (d *decoder) smoothingUseful() bool {
	if !d.frame.progressive {
		return false
	}
	useful := false
	for i := range d.frame.comps {
		c := &d.frame.comps[i]
		if c.quant == nil || c.bits[0] < 0 {
			return false
		}
		for k := range smoothed {
			if c.quant[natural[k]] == 0 {
				return false
			}
			useful = useful || k > 0 && c.bits[k] != 0
		}
	}
	return useful
}

func (d *decoder) newSmoother() *smoother {
	return &smoother{decoder: d}
}

// planesRow is decoder.planesRow with estimates.
func (s *smoother) planesRow(row int) {
	for i := range s.frame.comps {
		c := &s.frame.comps[i]
		bits := &c.bits
		if row > s.lastGoodRow { // the last scan did not come so far
			bits = &c.prevBits
			if s.scan.number <= 1 {
				bits = &noBits
			}
		}
		rows := c.unitRows(row, s.frame.rows)
		for y := range rows {
			s.blockRow(c, bits, row, y, rows)
		}
	}
}

// noBits is the progression before the first scan.
var noBits = func() (b [64]int) {
	for i := range b {
		b[i] = -1
	}
	return b
}()

// blockRow transforms row y of the rows of blocks that a component has in an
// iMCU row. Where libjpeg ends the neighbourhood depends on a row number that
// it computes with the number of rows of this iMCU row; so it is here.
func (s *smoother) blockRow(c *component, bits *[64]int, row, y, rows int) {
	at, end := row*rows+y, s.frame.rows*rows
	base := row*c.v + y
	lines := [5]int{base, base, base, base, base} // two above, this one, two below
	if at > 0 {
		lines[0], lines[1] = base-1, base-1
	}
	if at > 1 {
		lines[0] = base - 2
	}
	if at < end-1 {
		lines[3], lines[4] = base+1, base+1
	}
	if at < end-2 {
		lines[4] = base + 2
	}
	s.gather(c, &lines)
	meanOnly := true
	for k := 1; k < smoothed; k++ {
		meanOnly = meanOnly && bits[k] == -1
	}
	for x := range c.wUnits {
		s.widen(c, &lines, x)
		s.work = *c.block(base, x)
		s.estimate(c, bits, meanOnly)
		s.inverse(c, &s.work, base, x)
		for r := range s.dc {
			copy(s.dc[r][:], s.dc[r][1:])
		}
	}
}

// gather begins a row of blocks: all columns have the first block's values.
func (s *smoother) gather(c *component, lines *[5]int) {
	for r, line := range lines {
		v := int64(c.block(line, 0)[0])
		s.dc[r] = [5]int64{v, v, v, v, v}
	}
}

// widen fetches the values that enter with column x.
func (s *smoother) widen(c *component, lines *[5]int, x int) {
	last := c.wUnits - 1
	for r, line := range lines {
		if x == 0 && x < last {
			v := int64(c.block(line, 1)[0])
			s.dc[r][3], s.dc[r][4] = v, v
		}
		if x+1 < last {
			s.dc[r][4] = int64(c.block(line, x+2)[0])
		}
	}
}

// kernel is a weighting of the 5x5 DC values.
type kernel [5][5]int64

// The kernels that estimate the coefficients 1 to 9 in zigzag order from the
// mean values alone, and the mean value itself.
var meanKernels = [smoothed]kernel{
	0: {{-2, -6, -8, -6, -2}, {-6, 6, 42, 6, -6}, {-8, 42, 152, 42, -8}, {-6, 6, 42, 6, -6}, {-2, -6, -8, -6, -2}},
	1: {{-1, -1, 0, 1, 1}, {-3, 13, 0, -13, 3}, {-3, 38, 0, -38, 3}, {-3, 13, 0, -13, 3}, {-1, -1, 0, 1, 1}},
	2: {{-1, -3, -3, -3, -1}, {-1, 13, 38, 13, -1}, {}, {1, -13, -38, -13, 1}, {1, 3, 3, 3, 1}},
	3: {{0, 0, 1, 0, 0}, {0, 2, 7, 2, 0}, {0, -5, -14, -5, 0}, {0, 2, 7, 2, 0}, {0, 0, 1, 0, 0}},
	4: {{-1, 0, 0, 0, 1}, {0, 9, 0, -9, 0}, {}, {0, -9, 0, 9, 0}, {1, 0, 0, 0, -1}},
	5: {{}, {0, 2, -5, 2, 0}, {1, 7, -14, 7, 1}, {0, 2, -5, 2, 0}, {}},
	6: {{}, {0, 1, 0, -1, 0}, {0, 2, 0, -2, 0}, {0, 1, 0, -1, 0}, {}},
	7: {{}, {0, 1, -3, 1, 0}, {}, {0, -1, 3, -1, 0}, {}},
	8: {{}, {0, 1, 0, -1, 0}, {0, -3, 0, 3, 0}, {0, 1, 0, -1, 0}, {}},
	9: {{}, {0, 1, 2, 1, 0}, {}, {0, -1, -2, -1, 0}, {}},
}

// The kernels where some coefficients are known.
var knownKernels = [6]kernel{
	1: {{}, {}, {-7, 50, 0, -50, 7}, {}, {}},
	2: {{0, 0, -7, 0, 0}, {0, 0, 50, 0, 0}, {}, {0, 0, -50, 0, 0}, {0, 0, 7, 0, 0}},
	3: {{0, 0, -1, 0, 0}, {0, 0, 13, 0, 0}, {0, 0, -24, 0, 0}, {0, 0, 13, 0, 0}, {0, 0, -1, 0, 0}},
	4: {{0, -1, 0, 1, 0}, {-1, 10, 0, -10, 1}, {}, {1, -10, 0, 10, -1}, {0, 1, 0, -1, 0}},
	5: {{}, {}, {-1, 13, -24, 13, -1}, {}, {}},
}

// estimate fills the coefficients of s.work that are zero and not known to be.
func (s *smoother) estimate(c *component, bits *[64]int, meanOnly bool) {
	kernels := knownKernels[:]
	if meanOnly {
		kernels = meanKernels[:]
	}
	q0 := int64(c.quant[0])
	for k := 1; k < len(kernels); k++ {
		pos := natural[k]
		if bits[k] == 0 || s.work[pos] != 0 {
			continue
		}
		most := int64(-1)
		if bits[k] > 0 {
			most = 1<<bits[k] - 1
		}
		s.work[pos] = int16(predict(q0*s.weigh(&kernels[k]), int64(c.quant[pos]), most))
	}
	if meanOnly {
		s.work[0] = int16(predict(q0*s.weigh(&kernels[0]), q0, -1))
	}
}

// weigh sums the DC values with the weights of a kernel.
func (s *smoother) weigh(k *kernel) int64 {
	sum := int64(0)
	for r := range k {
		for x, w := range k[r] {
			sum += w * s.dc[r][x]
		}
	}
	return sum
}

// predict returns num/(256 q), rounded half away from zero, and at most the
// given magnitude if that is not negative.
func predict(num, q, most int64) int64 {
	negative := num < 0
	if negative {
		num = -num
	}
	p := (q<<7 + num) / (q << 8)
	if most >= 0 {
		p = min(p, most)
	}
	if negative {
		return -p
	}
	return p
}
