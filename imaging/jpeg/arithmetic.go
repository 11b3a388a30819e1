package jpeg

const (
	dcBins    = 64
	acBins    = 256
	halfState = 113 // the state of probability one half
)

// arithmetic is the state of an arithmetic-coded scan (T.81, annex D). A bin
// is a state of qStates, with the more probable symbol in its top bit.
type arithmetic struct {
	dcL, dcU, acK [maxArithTables]uint8 // conditioning, from DAC

	c, a     int64 // code register and size of the interval
	ct       int   // bits that c is shifted by; -1 after a code that cannot be
	dcStats  [maxArithTables][dcBins]uint8
	acStats  [maxArithTables][acBins]uint8
	dc       [maxScanComps]int32
	context  [maxScanComps]int
	restarts int
	starved  bool // the data ended where libjpeg cannot wait for more
}

// errStarved is libjpeg's refusal to wait for more data in an arithmetic-coded
// scan: behind Pillow no such scan can pass 64 KiB of the file.
const errStarved = FormatError("arithmetic-coded data go on beyond the first 65536 bytes, or end early")

// startArithmetic prepares a scan.
func (d *decoder) startArithmetic() error {
	d.decodeMCU = (*decoder).arithMCU
	s := &d.scan
	if d.frame.progressive {
		if err := d.startProgression(); err != nil {
			return err
		}
		d.decodeMCU = map[[2]bool]mcuDecoder{
			{true, true}:   (*decoder).arithFirstDC,
			{true, false}:  (*decoder).arithRefineDC,
			{false, true}:  (*decoder).arithFirstAC,
			{false, false}: (*decoder).arithRefineAC,
		}[[2]bool{s.ss == 0, s.ah == 0}]
	}
	d.insufficient = false
	d.resetArithmetic()
	return nil
}

// resetArithmetic begins a scan or a restart interval.
func (d *decoder) resetArithmetic() {
	a, s := &d.arith, &d.scan
	for i, c := range s.comps {
		if !d.frame.progressive || s.ss == 0 && s.ah == 0 {
			a.dcStats[c.dcTable] = [dcBins]uint8{}
			a.dc[i], a.context[i] = 0, 0
		}
		if !d.frame.progressive || s.ss != 0 {
			a.acStats[c.acTable] = [acBins]uint8{}
		}
	}
	a.c, a.a, a.ct = 0, 0, -16
	a.restarts = d.restartInterval
}

// arithRestart moves behind a restart marker, if one is due, and reports
// whether there is something to decode.
func (d *decoder) arithRestart() (bool, error) {
	a := &d.arith
	if d.restartInterval != 0 {
		if a.restarts == 0 {
			if err := d.readRestart(); err == errSuspend {
				return false, errStarved
			} else if err != nil {
				return false, err
			}
			d.resetArithmetic()
		}
		a.restarts--
	}
	return a.ct != -1, nil
}

// err is what an MCU ends with.
func (a *arithmetic) err() error {
	if a.starved {
		return errStarved
	}
	return nil
}

// nextByte returns the next byte of the data, and zeros after a marker.
func (d *decoder) nextByte() int64 {
	s := &d.src
	if d.unread != 0 {
		return 0
	}
	c := byte(0xff)
	for first := true; c == 0xff; first = false {
		if s.pos >= s.limit {
			d.arith.starved = true
			return 0
		}
		c = s.data[s.pos]
		s.pos++
		if first && c != 0xff {
			return int64(c)
		}
	}
	if c == 0 {
		return 0xff
	}
	d.unread = c
	return 0
}

// bit decodes one decision and adapts its bin (T.81, D.2).
func (d *decoder) bit(bin *uint8) int {
	a := &d.arith
	for a.a < 0x8000 {
		if a.ct--; a.ct < 0 {
			a.c = a.c<<8 | d.nextByte()
			if a.ct += 8; a.ct < 0 {
				if a.ct++; a.ct == 0 {
					a.a = 0x8000 // both initial bytes are there
				}
			}
		}
		a.a <<= 1
	}
	state := *bin
	q := &qStates[state&0x7f]
	qe := int64(q.qe)
	lps, mps := state&0x80^(q.afterLPS|q.swap<<7), state&0x80|q.afterMPS
	a.a -= qe
	if low := a.a << (a.ct & 63); a.c >= low {
		a.c -= low
		swapped := a.a < qe
		a.a = qe
		if swapped {
			*bin = mps
		} else {
			*bin = lps
			state ^= 0x80
		}
	} else if a.a < 0x8000 {
		if a.a < qe {
			*bin = lps
			state ^= 0x80
		} else {
			*bin = mps
		}
	}
	return int(state >> 7)
}

// halfBit decodes a decision of probability one half.
func (d *decoder) halfBit() int {
	bin := uint8(halfState)
	return d.bit(&bin)
}

// broken gives up the scan, up to the next restart.
func (a *arithmetic) broken() { a.ct = -1 }

// arithDC decodes a DC difference (T.81, F.2.4.1) of scan component i with
// table t and adds it to the prediction; false means that the code is broken.
func (d *decoder) arithDC(i, t int) bool {
	a := &d.arith
	stats := &a.dcStats[t]
	at := a.context[i]
	if d.bit(&stats[at]) == 0 {
		a.context[i] = 0
		return true
	}
	sign := d.bit(&stats[at+1])
	at += 2 + sign
	m := d.bit(&stats[at])
	if m != 0 {
		for at = 20; d.bit(&stats[at]) != 0; at++ {
			if m <<= 1; m == 0x8000 {
				a.broken()
				return false
			}
		}
	}
	switch {
	case m < 1<<a.dcL[t]>>1:
		a.context[i] = 0
	case m > 1<<a.dcU[t]>>1:
		a.context[i] = 12 + 4*sign
	default:
		a.context[i] = 4 + 4*sign
	}
	v := d.magnitude(m, &stats[at+14])
	if sign != 0 {
		v = -v
	}
	a.dc[i] = (a.dc[i] + int32(v)) & 0xffff
	return true
}

// magnitude decodes the bits of a value below its highest one, m.
func (d *decoder) magnitude(m int, bin *uint8) int {
	v := m
	for m >>= 1; m != 0; m >>= 1 {
		if d.bit(bin) != 0 {
			v |= m
		}
	}
	return v + 1
}
