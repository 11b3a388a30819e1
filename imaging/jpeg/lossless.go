package jpeg

// losslessState is the state of a scan of a lossless frame (T.81, annex H).
type losslessState struct {
	diffs    [maxScanComps][][]int32 // differences of an iMCU row: [v][wPad]
	before   [maxScanComps][]int32   // the last row of samples, less the point transform
	fresh    [maxScanComps]bool      // the next row begins a scan or an interval
	rowsToGo int                     // MCU rows up to the next restart marker
	resume   int                     // MCU row of the iMCU row to go on with; see losslessRow
}

// startLossless prepares a scan.
func (d *decoder) startLossless() error {
	s, l := &d.scan, &d.lossless
	if err := d.countWork(); err != nil {
		return err
	}
	if s.ss < 1 || s.ss > 7 || s.se != 0 || s.ah != 0 || s.al >= d.frame.precision {
		return formatErrorf("a lossless scan with predictor %d, point transform %d", s.ss, s.al)
	}
	if d.restartInterval%s.mcusPerRow != 0 {
		return formatErrorf("a restart interval of %d in rows of %d samples", d.restartInterval, s.mcusPerRow)
	}
	for i, c := range s.comps {
		if err := d.derive(&d.dcTables[i], d.dcHuff, c.dcTable, true); err != nil {
			return err
		}
		c.scanned = true
		l.diffs[i] = nil
		for range c.v {
			l.diffs[i] = append(l.diffs[i], make([]int32, c.wPad))
		}
		l.before[i] = make([]int32, c.wPad)
	}
	d.resetEntropy()
	l.resume = 0
	l.restart(d)
	return nil
}

// restart begins a restart interval.
func (l *losslessState) restart(d *decoder) {
	l.fresh = [maxScanComps]bool{true, true, true, true}
	l.rowsToGo = d.restartInterval / d.scan.mcusPerRow
}

// losslessRow decodes an iMCU row into the planes. If the bytes end before a
// restart marker, libjpeg goes on with the MCU row in which they last ended, or
// the first of the iMCU row, and so decodes rows again from the data behind.
func (d *decoder) losslessRow() error {
	f, s, l := &d.frame, &d.scan, &d.lossless
	for ; s.vert < s.mcuRows(f); s.vert++ {
		if d.restartInterval != 0 && l.rowsToGo == 0 {
			d.entropy.n = 0
			if err := d.readRestart(); err != nil {
				s.vert = l.resume
				return err
			}
			if d.unread == 0 {
				d.insufficient = false
			}
			l.restart(d)
		}
		if err := d.losslessMCUs(); err != nil {
			l.resume = s.vert
			return err
		}
		l.rowsToGo--
		s.col = 0
	}
	for i, c := range s.comps {
		for y := range c.unitRows(s.row, f.rows) {
			l.undo(i, l.diffs[i][y][:c.wUnits], s.ss, 1<<(f.precision-s.al-1))
			at := (s.row*c.v + y) % c.planeRows * c.stride
			for x, v := range l.before[i][:c.wUnits] {
				c.plane[at+x] = byte(v << s.al)
			}
		}
	}
	s.vert, l.resume = 0, 0
	s.row++
	return nil
}

// losslessMCUs decodes the differences of a row of MCUs.
func (d *decoder) losslessMCUs() error {
	s, l, e := &d.scan, &d.lossless, &d.entropy
	if d.insufficient {
		for i, c := range s.comps {
			for y := range c.mcuH {
				clear(l.diffs[i][s.vert+y][s.col*c.mcuW : s.mcusPerRow*c.mcuW])
			}
		}
		l.fresh = [maxScanComps]bool{true, true, true, true}
		return nil
	}
	for ; s.col < s.mcusPerRow; s.col++ {
		r := bitReader{e.buf, e.n, d.src.pos}
		for i, c := range s.comps {
			for y := range c.mcuH {
				for x := range c.mcuW {
					v, ok := d.difference(&r, &d.dcTables[i])
					if !ok {
						return errSuspend
					}
					l.diffs[i][s.vert+y][s.col*c.mcuW+x] = int32(v)
				}
			}
		}
		e.buf, e.n, d.src.pos = r.buf, r.n, r.pos
	}
	return nil
}

// difference decodes one difference (T.81, H.2.2).
func (d *decoder) difference(r *bitReader, t *huffTable) (int, bool) {
	n, ok := d.symbol(r, t)
	if !ok || n == 0 {
		return 0, ok
	}
	if n == 16 {
		return 32768, true
	}
	v, ok := d.take(r, n)
	if !ok {
		return 0, false
	}
	return extend(v, n), true
}

// undo adds to the differences of a row of scan component i what the predictor
// says (T.81, H.1.2), and leaves the samples in l.before[i]. The first row of an
// interval begins with the value first.
func (l *losslessState) undo(i int, diffs []int32, predictor int, first int32) {
	row := l.before[i]
	if l.fresh[i] {
		l.fresh[i] = false
		left := first
		for x, d := range diffs {
			left = (d + left) & 0xffff
			row[x] = left
		}
		return
	}
	left, aboveLeft := int32(0), int32(0)
	for x, d := range diffs {
		above := row[x]
		p := above
		if x > 0 {
			p = predicted(predictor, left, above, aboveLeft)
		}
		left, aboveLeft = (d+p)&0xffff, above
		row[x] = left
	}
}

// predicted is the prediction of a sample from its neighbours (T.81, table
// H.1).
func predicted(predictor int, left, above, aboveLeft int32) int32 {
	switch predictor {
	case 1:
		return left
	case 2:
		return above
	case 3:
		return aboveLeft
	case 4:
		return left + above - aboveLeft
	case 5:
		return left + (above-aboveLeft)>>1
	case 6:
		return above + (left-aboveLeft)>>1
	}
	return (left + above) >> 1
}
