package jpeg

// refineAC decodes one more bit of a band of a block.
func (d *decoder) refineAC() error {
	if err := d.restart(); err != nil {
		return err
	}
	e := &d.entropy
	if !d.insufficient {
		f := refinement{
			decoder: d, block: d.blocks[0], eobRun: e.eobRun,
			bits: bitReader{e.buf, e.n, d.src.pos}, one: 1 << d.scan.al,
		}
		if !f.band() {
			f.undo()
			return errSuspend
		}
		e.buf, e.n, d.src.pos, e.eobRun = f.bits.buf, f.bits.n, f.bits.pos, f.eobRun
	}
	e.restarts--
	return nil
}

// refinement is the work on one block in a scan that refines (T.81, G.1.2.3).
type refinement struct {
	*decoder
	block  *[64]int16
	bits   bitReader
	one    int16 // the bit that is decoded
	eobRun int
	fresh  []uint8 // positions that were zero before
	store  [64]uint8
}

// band decodes the band; false means that bytes are missing.
func (f *refinement) band() bool {
	k := f.scan.ss
	if f.eobRun == 0 {
		var ok bool
		if k, ok = f.coefficients(k); !ok {
			return false
		}
	}
	if f.eobRun > 0 {
		if _, ok := f.correct(k, 64); !ok {
			return false
		}
		f.eobRun--
	}
	return true
}

// coefficients decodes up to the end of the band, or to an end-of-band code.
func (f *refinement) coefficients(k int) (int, bool) {
	f.fresh = f.store[:0]
	for ; k <= f.scan.se; k++ {
		rs, ok := f.symbol(&f.bits, &f.acTables[0])
		if !ok {
			return k, false
		}
		run, value := rs>>4, int16(0)
		switch {
		case rs&15 != 0: // damage apart, a new coefficient is one bit
			sign, ok := f.take(&f.bits, 1)
			if !ok {
				return k, false
			}
			value = f.one * int16(2*sign-1)
		case run != 15:
			extra, ok := f.take(&f.bits, run)
			f.eobRun = 1<<run + extra
			return k, ok
		}
		if k, ok = f.correct(k, run); !ok {
			return k, false
		}
		if value != 0 {
			pos := natural[k&127] & 63
			f.block[pos] = value
			f.fresh = append(f.fresh, pos)
		}
	}
	return k, true
}

// correct walks from coefficient k over those that are zero, as many as skip,
// and returns the position of the next such one. A coefficient that is not
// zero takes a bit, which says whether it grows.
func (f *refinement) correct(k, skip int) (int, bool) {
	for ; k <= f.scan.se; k++ {
		c := &f.block[natural[k&127]&63]
		if *c == 0 {
			if skip--; skip < 0 {
				break
			}
			continue
		}
		bit, ok := f.take(&f.bits, 1)
		if !ok {
			return k, false
		}
		if bit != 0 && *c&f.one == 0 { // not yet, if this is a repetition
			if *c >= 0 {
				*c += f.one
			} else {
				*c -= f.one
			}
		}
	}
	return k, true
}

// undo makes the new coefficients zero again.
func (f *refinement) undo() {
	for _, pos := range f.fresh {
		f.block[pos] = 0
	}
}
