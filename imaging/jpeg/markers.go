package jpeg

// Marker codes: ITU-T T.81, table B.1.
const (
	mTEM   = 0x01
	mSOF0  = 0xc0
	mSOF1  = 0xc1
	mSOF2  = 0xc2
	mSOF3  = 0xc3
	mDHT   = 0xc4
	mSOF5  = 0xc5
	mSOF7  = 0xc7
	mJPG   = 0xc8
	mSOF9  = 0xc9
	mSOF10 = 0xca
	mSOF11 = 0xcb
	mDAC   = 0xcc
	mSOF13 = 0xcd
	mSOF15 = 0xcf
	mRST0  = 0xd0
	mRST7  = 0xd7
	mSOI   = 0xd8
	mEOI   = 0xd9
	mSOS   = 0xda
	mDQT   = 0xdb
	mDNL   = 0xdc
	mDRI   = 0xdd
	mAPP0  = 0xe0
	mAPP14 = 0xee
	mAPP15 = 0xef
	mCOM   = 0xfe
)

// readMarkers reads markers up to the next SOS or EOI and returns which of the
// two it was. Like libjpeg it keeps a marker whose segment is not complete in
// d.unread, so that the call can be repeated with more bytes.
func (d *decoder) readMarkers() (marker byte, err error) {
	for {
		if d.unread == 0 {
			find := d.nextMarker
			if !d.sawSOI {
				find = d.firstMarker
			}
			if err := find(); err != nil {
				return 0, err
			}
		}
		m := d.unread
		if err := d.readMarker(m); err != nil {
			return 0, err
		}
		d.unread = 0
		if m == mSOS || m == mEOI {
			return m, nil
		}
	}
}

// readMarker reads the segment of the marker m.
func (d *decoder) readMarker(m byte) error {
	switch {
	case m == mSOI:
		return d.readSOI()
	case m == mSOF0, m == mSOF1, m == mSOF2, m == mSOF3, m == mSOF9, m == mSOF10, m == mSOF11:
		return d.readSOF(m)
	case m == mSOS:
		return d.readSOS()
	case m == mEOI, m == mTEM, m >= mRST0 && m <= mRST7:
		return nil
	case m == mDHT:
		return d.readDHT()
	case m == mDAC:
		return d.readDAC()
	case m == mDQT:
		return d.readDQT()
	case m == mDRI:
		return d.readDRI()
	case m == mAPP0, m == mAPP14:
		return d.readAPP(m)
	case m > mAPP0 && m <= mAPP15, m == mCOM, m == mDNL:
		return d.skipSegment()
	case m >= mSOF5 && m <= mSOF15:
		return unsupportedf("a frame of the type FF%02X", m)
	}
	return formatErrorf("unknown marker FF%02X", m)
}

// firstMarker reads the SOI, before which nothing may stand.
func (d *decoder) firstMarker() error {
	s := &d.src
	if s.avail() < 2 {
		return errSuspend
	}
	if s.data[s.pos] != 0xff || s.data[s.pos+1] != mSOI {
		return formatErrorf("it does not begin with SOI")
	}
	s.pos += 2
	d.unread = mSOI
	return nil
}

// nextMarker finds the next marker and puts its code into d.unread. Other
// bytes before it, stuffed zeros among them, are skipped.
func (d *decoder) nextMarker() error {
	s := &d.src
	for {
		for s.pos < s.limit && s.data[s.pos] != 0xff {
			s.pos++
		}
		p := s.pos
		for p < s.limit && s.data[p] == 0xff {
			p++
		}
		if p >= s.limit {
			return errSuspend
		}
		s.pos = p + 1
		if c := s.data[p]; c != 0 {
			d.unread = c
			return nil
		}
	}
}

// skipSegment moves behind a segment, of which only the length must be there.
func (d *decoder) skipSegment() error {
	s := d.begin()
	if s.short {
		return errSuspend
	}
	d.end(s)
	d.src.pos += max(s.size, 0)
	return nil
}

// readRestart moves behind the restart marker that is due, or recovers from
// its absence; see resync.
func (d *decoder) readRestart() error {
	if d.unread == 0 {
		if err := d.nextMarker(); err != nil {
			return err
		}
	}
	if d.unread == mRST0+d.nextRestart {
		d.unread = 0
	} else if err := d.resync(); err != nil {
		return err
	}
	d.nextRestart = (d.nextRestart + 1) & 7
	return nil
}

// resync decides, as libjpeg's jpeg_resync_to_restart does, what a marker that
// is not the expected restart marker means: one of the last two restarts, or no
// legal code, is skipped with all up to the next marker; one of the next two
// restarts, or another marker, is left to be met again, and the interval between
// stays empty; a restart further away is taken for the expected one.
func (d *decoder) resync() error {
	for {
		m := d.unread
		ahead := (m - mRST0 - d.nextRestart) & 7
		switch {
		case m >= mSOF0 && (m < mRST0 || m > mRST7):
			return nil
		case m >= mSOF0 && (ahead == 1 || ahead == 2):
			return nil
		case m >= mSOF0 && ahead != 6 && ahead != 7:
			d.unread = 0
			return nil
		}
		if err := d.nextMarker(); err != nil {
			return err
		}
	}
}
