package jpeg

// arithBand decodes the coefficients ss to se of a block with table t (T.81,
// F.2.4.2), shifted up by al bits; false means that the code is broken.
func (d *decoder) arithBand(b *[64]int16, t, ss, se, al int) bool {
	a := &d.arith
	stats := &a.acStats[t]
	for k := ss; k <= se; k++ {
		at := 3 * (k - 1)
		if d.bit(&stats[at]) != 0 { // end of block
			break
		}
		for d.bit(&stats[at+1]) == 0 {
			at += 3
			if k++; k > se {
				a.broken()
				return false
			}
		}
		sign := d.halfBit()
		at += 2
		m := d.bit(&stats[at])
		if m != 0 && d.bit(&stats[at]) != 0 {
			m <<= 1
			at = 217
			if k <= int(a.acK[t]) {
				at = 189
			}
			for ; d.bit(&stats[at]) != 0; at++ {
				if m <<= 1; m == 0x8000 {
					a.broken()
					return false
				}
			}
		}
		v := d.magnitude(m, &stats[at+14])
		if sign != 0 {
			v = -v
		}
		b[natural[k]] = int16(v << al)
	}
	return true
}

// arithMCU decodes an MCU of a sequential scan.
func (d *decoder) arithMCU() error {
	if ok, err := d.arithRestart(); !ok {
		return err
	}
	for i := range d.scan.blocks {
		m := int(d.scan.member[i])
		c := d.scan.comps[m]
		if !d.arithDC(m, c.dcTable) {
			break
		}
		d.blocks[i][0] = int16(d.arith.dc[m])
		if !d.arithBand(d.blocks[i], c.acTable, 1, 63, 0) {
			break
		}
	}
	return d.arith.err()
}

// arithFirstDC decodes the upper bits of the DC coefficients of an MCU.
func (d *decoder) arithFirstDC() error {
	if ok, err := d.arithRestart(); !ok {
		return err
	}
	for i := range d.scan.blocks {
		m := int(d.scan.member[i])
		if !d.arithDC(m, d.scan.comps[m].dcTable) {
			break
		}
		d.blocks[i][0] = int16(d.arith.dc[m] << d.scan.al)
	}
	return d.arith.err()
}

// arithRefineDC decodes one more bit of the DC coefficients of an MCU.
func (d *decoder) arithRefineDC() error {
	// Even after a broken code there are bits, which libjpeg takes.
	if _, err := d.arithRestart(); err != nil {
		return err
	}
	for i := range d.scan.blocks {
		d.blocks[i][0] |= int16(d.halfBit() << d.scan.al)
	}
	return d.arith.err()
}

// arithFirstAC decodes the upper bits of a band of a block.
func (d *decoder) arithFirstAC() error {
	if ok, err := d.arithRestart(); !ok {
		return err
	}
	s := &d.scan
	d.arithBand(d.blocks[0], s.comps[0].acTable, s.ss, s.se, s.al)
	return d.arith.err()
}

// arithRefineAC decodes one more bit of a band of a block (T.81, G.1.3.3).
func (d *decoder) arithRefineAC() error {
	if ok, err := d.arithRestart(); !ok {
		return err
	}
	s, a, b := &d.scan, &d.arith, d.blocks[0]
	stats := &a.acStats[s.comps[0].acTable]
	one := int16(1) << s.al
	last := s.se // coefficient that the scans before ended with
	for last > 0 && b[natural[last]] == 0 {
		last--
	}
	for k := s.ss; k <= s.se; k++ {
		at := 3 * (k - 1)
		if k > last && d.bit(&stats[at]) != 0 { // end of block
			break
		}
		for !d.refineCoef(&b[natural[k]], stats, at, one) {
			at += 3
			if k++; k > s.se {
				a.broken()
				return a.err()
			}
		}
	}
	return a.err()
}

// refineCoef decodes the next bit of a coefficient, whose bins begin at at; it
// returns false if the coefficient stays zero.
func (d *decoder) refineCoef(c *int16, stats *[acBins]uint8, at int, one int16) bool {
	switch {
	case *c > 0:
		*c += one * int16(d.bit(&stats[at+2]))
	case *c < 0:
		*c -= one * int16(d.bit(&stats[at+2]))
	case d.bit(&stats[at+1]) == 0:
		return false
	default:
		*c = one * int16(1-2*d.halfBit())
	}
	return true
}
