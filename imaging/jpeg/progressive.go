package jpeg

import "math"

// startProgression checks the parameters of a progressive scan and notes which
// bits of the coefficients are known after it.
func (d *decoder) startProgression() error {
	s := &d.scan
	bad := s.al > 13 || s.ah != 0 && s.al != s.ah-1
	if s.ss == 0 {
		bad = bad || s.se != 0
	} else {
		bad = bad || s.ss > s.se || s.se > 63 || len(s.comps) != 1
	}
	if bad {
		return formatErrorf("a progressive scan of coefficients %d to %d, bits %d to %d", s.ss, s.se, s.ah, s.al)
	}
	for _, c := range s.comps {
		for k := min(s.ss, 1); k <= max(s.se, 9); k++ {
			c.prevBits[k] = 0
			if s.number > 1 {
				c.prevBits[k] = c.bits[k]
			}
		}
		for k := s.ss; k <= s.se; k++ {
			c.bits[k] = s.al
		}
	}
	return nil
}

// startProgressive prepares a progressive Huffman scan.
func (d *decoder) startProgressive() error {
	if err := d.startProgression(); err != nil {
		return err
	}
	s := &d.scan
	for i, c := range s.comps {
		var err error
		switch {
		case s.ss != 0:
			err = d.derive(&d.acTables[i], d.acHuff, c.acTable, false)
		case s.ah == 0:
			err = d.derive(&d.dcTables[i], d.dcHuff, c.dcTable, true)
		}
		if err != nil {
			return err
		}
	}
	d.resetEntropy()
	d.decodeMCU = map[[2]bool]mcuDecoder{
		{true, true}:   (*decoder).firstDC,
		{true, false}:  (*decoder).refineDC,
		{false, true}:  (*decoder).firstAC,
		{false, false}: (*decoder).refineAC,
	}[[2]bool{s.ss == 0, s.ah == 0}]
	return nil
}

// firstDC decodes the upper bits of the DC coefficients of an MCU.
func (d *decoder) firstDC() error {
	if err := d.restart(); err != nil {
		return err
	}
	e := &d.entropy
	if !d.insufficient {
		r := bitReader{e.buf, e.n, d.src.pos}
		dc := e.dc
		for i := range d.scan.blocks {
			m := d.scan.member[i]
			s, ok := d.symbol(&r, &d.dcTables[m])
			if !ok {
				return errSuspend
			}
			diff := 0
			if s != 0 {
				v, ok := d.take(&r, s)
				if !ok {
					return errSuspend
				}
				diff = extend(v, s)
			}
			sum := int64(dc[m]) + int64(diff)
			if sum != int64(int32(sum)) {
				return formatErrorf("a DC coefficient above %d", math.MaxInt32)
			}
			dc[m] = int32(sum)
			d.blocks[i][0] = int16(sum << d.scan.al)
		}
		e.buf, e.n, d.src.pos, e.dc = r.buf, r.n, r.pos, dc
	}
	e.restarts--
	return nil
}

// refineDC decodes one more bit of the DC coefficients of an MCU.
func (d *decoder) refineDC() error {
	if err := d.restart(); err != nil {
		return err
	}
	e := &d.entropy
	r := bitReader{e.buf, e.n, d.src.pos}
	for i := range d.scan.blocks {
		bit, ok := d.take(&r, 1)
		if !ok {
			return errSuspend
		}
		d.blocks[i][0] |= int16(bit << d.scan.al)
	}
	e.buf, e.n, d.src.pos = r.buf, r.n, r.pos
	e.restarts--
	return nil
}

// firstAC decodes the upper bits of a band of a block.
func (d *decoder) firstAC() error {
	if err := d.restart(); err != nil {
		return err
	}
	e := &d.entropy
	switch {
	case d.insufficient:
	case e.eobRun > 0:
		e.eobRun--
	default:
		r := bitReader{e.buf, e.n, d.src.pos}
		run, ok := d.firstBand(&r, d.blocks[0])
		if !ok {
			return errSuspend
		}
		e.buf, e.n, d.src.pos, e.eobRun = r.buf, r.n, r.pos, run
	}
	e.restarts--
	return nil
}

// firstBand decodes the band of a block and returns how many of the next
// blocks are known to be empty.
func (d *decoder) firstBand(r *bitReader, b *[64]int16) (eobRun int, ok bool) {
	t := &d.acTables[0]
	for k := d.scan.ss; k <= d.scan.se; k++ {
		rs, ok := d.symbol(r, t)
		if !ok {
			return 0, false
		}
		run, s := rs>>4, rs&15
		switch {
		case s != 0:
			k += run
			v, ok := d.take(r, s)
			if !ok {
				return 0, false
			}
			b[natural[k&127]&63] = int16(extend(v, s) << d.scan.al)
		case run == 15:
			k += 15
		default:
			extra, ok := d.take(r, run)
			return 1<<run + extra - 1, ok
		}
	}
	return 0, true
}
