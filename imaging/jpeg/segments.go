package jpeg

import (
	"bytes"
	"slices"
)

// readSOI resets what SOI resets.
func (d *decoder) readSOI() error {
	if d.sawSOI {
		return formatErrorf("a second SOI")
	}
	for i := range d.arith.dcL {
		d.arith.dcL[i], d.arith.dcU[i], d.arith.acK[i] = 0, 1, 5
	}
	d.restartInterval = 0
	d.jfif, d.adobe, d.transform = false, false, 0
	d.sawSOI = true
	return nil
}

// segment reads the content of a marker's segment. It sees no end but that of
// the bytes handed over: like libjpeg, a reader compares the length with what
// it has read afterwards, and finds what is wrong as soon as it is there.
type segment struct {
	rest  []byte
	short bool // a byte was missing
	size  int  // length of the content that the segment announces
}

// begin returns the segment after the marker that has been read.
func (d *decoder) begin() segment {
	s := segment{rest: d.src.data[min(d.src.pos, d.src.limit):d.src.limit]}
	s.size = s.u16() - 2
	return s
}

// end moves behind what has been read.
func (d *decoder) end(s segment) { d.src.pos = d.src.limit - len(s.rest) }

func (s *segment) u8() int {
	if len(s.rest) == 0 {
		s.short = true
		return 0
	}
	v := s.rest[0]
	s.rest = s.rest[1:]
	return int(v)
}

func (s *segment) u16() int { return s.u8()<<8 | s.u8() }

// readSOF reads the frame header of the marker m.
func (d *decoder) readSOF(m byte) error {
	if d.sawSOF {
		return formatErrorf("a second frame header")
	}
	s := d.begin()
	f := frame{
		progressive: m == mSOF2 || m == mSOF10,
		arithmetic:  m == mSOF9 || m == mSOF10 || m == mSOF11,
		lossless:    m == mSOF3 || m == mSOF11,
		precision:   s.u8(),
		height:      s.u16(),
		width:       s.u16(),
	}
	n := s.u8()
	switch {
	case s.short:
		return errSuspend
	case f.height == 0 || f.width == 0 || n == 0:
		return formatErrorf("the frame is empty: %d x %d pixels, %d components", f.width, f.height, n)
	case s.size != 6+3*n:
		return formatErrorf("a frame header of %d bytes for %d components", s.size+2, n)
	}
	for i := range n {
		id, hv, tq := s.u8(), s.u8(), s.u8()
		f.comps = append(f.comps, component{index: i, id: byte(id), h: hv >> 4, v: hv & 15, tq: tq})
	}
	if s.short {
		return errSuspend
	}
	d.frame, d.sawSOF = f, true
	d.end(s)
	return nil
}

// readSOS reads a scan header.
func (d *decoder) readSOS() error {
	if !d.sawSOF {
		return formatErrorf("a scan without a frame header")
	}
	s := d.begin()
	n := s.u8()
	switch {
	case s.short:
		return errSuspend
	case s.size != 4+2*n || n < 1 || n > maxScanComps:
		return formatErrorf("a scan header of %d bytes for %d components", s.size+2, n)
	}
	sc := scan{number: d.scan.number + 1}
	for range n {
		id, tables := s.u8(), s.u8()
		if s.short {
			return errSuspend
		}
		c := d.frame.find(byte(id), len(sc.comps))
		if c == nil || slices.Contains(sc.comps, c) {
			return formatErrorf("a scan of component %d, which the frame does not have, or not in this place", id)
		}
		c.dcTable, c.acTable = tables>>4, tables&15
		sc.comps = append(sc.comps, c)
	}
	sc.ss, sc.se = s.u8(), s.u8()
	bits := s.u8()
	sc.ah, sc.al = bits>>4, bits&15
	if s.short {
		return errSuspend
	}
	d.scan, d.nextRestart = sc, 0
	d.end(s)
	return nil
}

// readDHT stores Huffman tables; whether they are codes is seen when a scan
// uses them.
func (d *decoder) readDHT() error {
	s := d.begin()
	n := s.size
	for n > 16 {
		class, t, count := s.u8(), new(huffSpec), 0
		for l := 1; l <= 16; l++ {
			t.bits[l] = byte(s.u8())
			count += int(t.bits[l])
		}
		n -= 17
		switch {
		case s.short:
			return errSuspend
		case count > 256 || count > n:
			return formatErrorf("a Huffman table of %d symbols", count)
		}
		for i := range count {
			t.vals[i] = byte(s.u8())
		}
		n -= count
		dst := &d.dcHuff
		if class&0x10 != 0 {
			dst, class = &d.acHuff, class-0x10
		}
		switch {
		case s.short:
			return errSuspend
		case class >= maxTables:
			return formatErrorf("Huffman table %d", class)
		}
		dst[class] = t
	}
	return d.endTables(s, n)
}

// endTables ends a segment of tables, of which n bytes are left.
func (d *decoder) endTables(s segment, n int) error {
	switch {
	case s.short:
		return errSuspend
	case n != 0:
		return formatErrorf("a segment of tables has %d bytes, %d too many", s.size+2, n)
	}
	d.end(s)
	return nil
}

// readDAC stores the conditioning of arithmetic coding.
func (d *decoder) readDAC() error {
	s := d.begin()
	n := s.size
	for ; n > 0; n -= 2 {
		i, v := s.u8(), byte(s.u8())
		switch {
		case s.short:
			return errSuspend
		case i >= 2*maxArithTables:
			return formatErrorf("arithmetic conditioning %d", i)
		case i >= maxArithTables:
			d.arith.acK[i-maxArithTables] = v
		default:
			d.arith.dcL[i], d.arith.dcU[i] = v&15, v>>4
			if v&15 > v>>4 {
				return formatErrorf("arithmetic conditioning of value %d", v)
			}
		}
	}
	return d.endTables(s, n)
}

// readDQT stores quantisation tables, in natural order.
func (d *decoder) readDQT() error {
	s := d.begin()
	n := s.size
	for n > 0 {
		head := s.u8()
		i, read, size := head&15, s.u8, 65
		if head>>4 != 0 {
			read, size = s.u16, 129
		}
		switch {
		case s.short:
			return errSuspend
		case i >= maxTables:
			return formatErrorf("quantisation table %d", i)
		}
		t := new([64]uint16)
		for k := range 64 {
			t[natural[k]] = uint16(read())
		}
		if s.short {
			return errSuspend
		}
		d.quant[i] = t
		n -= size
	}
	return d.endTables(s, n)
}

// readDRI stores the restart interval.
func (d *decoder) readDRI() error {
	s := d.begin()
	switch {
	case s.short:
		return errSuspend
	case s.size != 2:
		return formatErrorf("a restart interval of %d bytes", s.size)
	}
	interval := s.u16()
	if s.short {
		return errSuspend
	}
	d.restartInterval = interval
	d.end(s)
	return nil
}

// readAPP looks for the JFIF and Adobe marks in APP0 and APP14, which decide
// about the colour space. Only their first bytes must be there.
func (d *decoder) readAPP(m byte) error {
	s := d.begin()
	n := max(s.size, 0)
	content := s.rest[:min(n, 14, len(s.rest))]
	if s.short || len(content) < min(n, 14) {
		return errSuspend
	}
	d.end(s)
	d.src.pos += n
	switch {
	case m == mAPP0 && len(content) >= 14 && bytes.HasPrefix(content, []byte("JFIF\x00")):
		d.jfif = true
	case m == mAPP14 && len(content) >= 12 && bytes.HasPrefix(content, []byte("Adobe")):
		d.adobe, d.transform = true, content[11]
	}
	return nil
}
