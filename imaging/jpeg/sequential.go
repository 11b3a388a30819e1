package jpeg

import "encoding/binary"

// fastBytes is how many bytes a block can take at most, stuffing included.
// While so many are there, libjpeg reads without looking for their end.
const fastBytes = 512

// entropy is the state of a Huffman scan at the beginning of an MCU.
type entropy struct {
	buf      uint64 // see bitReader
	n        int
	dc       [maxScanComps]int32 // DC predictions
	eobRun   int                 // blocks of a band that are known to be empty
	restarts int                 // MCUs up to the next restart marker
}

// startHuffman prepares a sequential scan.
func (d *decoder) startHuffman() error {
	for i, c := range d.scan.comps {
		if err := d.derive(&d.dcTables[i], d.dcHuff, c.dcTable, true); err != nil {
			return err
		}
		if err := d.derive(&d.acTables[i], d.acHuff, c.acTable, false); err != nil {
			return err
		}
	}
	d.resetEntropy()
	d.decodeMCU = (*decoder).sequentialMCU
	return nil
}

// derive builds a table of the scan at hand from the file's table i.
func (d *decoder) derive(t *huffTable, specs [maxTables]*huffSpec, i int, dc bool) error {
	if i >= maxTables || specs[i] == nil {
		return formatErrorf("Huffman table %d is missing", i)
	}
	return t.derive(specs[i], dc, d.frame.lossless)
}

// resetEntropy begins a scan.
func (d *decoder) resetEntropy() {
	d.entropy = entropy{restarts: d.restartInterval}
	d.insufficient = false
}

// restart moves behind a restart marker, if one is due.
func (d *decoder) restart() error {
	if d.restartInterval == 0 || d.entropy.restarts > 0 {
		return nil
	}
	d.entropy.n = 0
	if err := d.readRestart(); err != nil {
		return err
	}
	d.entropy.dc = [maxScanComps]int32{}
	d.entropy.eobRun = 0
	d.entropy.restarts = d.restartInterval
	// Before a marker that is none of ours the next interval is empty, too.
	if d.unread == 0 {
		d.insufficient = false
	}
	return nil
}

// sequentialMCU decodes an MCU into d.blocks, which hold zeros.
func (d *decoder) sequentialMCU() error {
	if err := d.restart(); err != nil {
		return err
	}
	if !d.insufficient {
		fast := d.restartInterval == 0 && d.unread == 0 && d.src.avail() >= fastBytes*d.scan.blocks
		if (!fast || !d.fastMCU()) && !d.slowMCU() {
			return errSuspend
		}
	}
	d.entropy.restarts--
	return nil
}

// slowMCU decodes an MCU with a look at the end of the data at each step. It
// returns false if bytes are missing, and has then changed no state.
func (d *decoder) slowMCU() bool {
	e := &d.entropy
	r := bitReader{e.buf, e.n, d.src.pos}
	dc := e.dc
	for i := range d.scan.blocks {
		m := d.scan.member[i] & 3
		if !d.slowBlock(&r, d.blocks[i], &dc[m], &d.dcTables[m], &d.acTables[m]) {
			return false
		}
	}
	e.buf, e.n, d.src.pos, e.dc = r.buf, r.n, r.pos, dc
	return true
}

// slowBlock decodes the coefficients of one block (T.81, F.2.2).
func (d *decoder) slowBlock(r *bitReader, b *[64]int16, dc *int32, dcTable, acTable *huffTable) bool {
	s, ok := d.symbol(r, dcTable)
	if !ok {
		return false
	}
	if s != 0 {
		v, ok := d.take(r, s)
		if !ok {
			return false
		}
		*dc += int32(extend(v, s))
	}
	b[0] = int16(*dc)
	for k := 1; k < 64; k++ {
		rs, ok := d.symbol(r, acTable)
		if !ok {
			return false
		}
		run, s := rs>>4, rs&15
		if s == 0 {
			if run != 15 {
				break
			}
			k += 15
			continue
		}
		k += run
		v, ok := d.take(r, s)
		if !ok {
			return false
		}
		b[natural[k&127]&63] = int16(extend(v, s))
	}
	return true
}

// fastMCU decodes an MCU from data that cannot end within it. If it meets a
// marker it returns false: slowMCU then begins anew.
func (d *decoder) fastMCU() bool {
	e := &d.entropy
	r := bitReader{e.buf, e.n, d.src.pos}
	dc := e.dc
	marker := false
	for i := range d.scan.blocks {
		m := d.scan.member[i] & 3
		if fastBlock(d.src.data, &r, d.blocks[i], &dc[m], &d.dcTables[m], &d.acTables[m]) {
			marker = true
		}
	}
	if marker {
		return false
	}
	e.buf, e.n, d.src.pos, e.dc = r.buf, r.n, r.pos, dc
	return true
}

// fastBlock is slowBlock with reloads of six bytes; it reports whether there
// was a marker, after which it reads zeros.
func fastBlock(data []byte, r *bitReader, b *[64]int16, dc *int32, dcTable, acTable *huffTable) (marker bool) {
	buf, n, pos := r.buf, uint(r.n), r.pos
	var s uint
	if n <= 16 {
		buf, n, pos, marker = reload6(data, buf, n, pos, marker)
	}
	v := uint(dcTable.look[uint8(buf>>((n-lookBits)&63))])
	n -= v >> 8
	if s = v & 255; v >= (lookBits+1)<<8 {
		s, n = dcTable.longCode(buf, n)
	}
	if s != 0 {
		if n <= 16 {
			buf, n, pos, marker = reload6(data, buf, n, pos, marker)
		}
		n -= s
		*dc += extendFast(buf>>(n&63), s)
	}
	b[0] = int16(*dc)
	for k := uint(1); k < 64; k++ {
		if n <= 16 {
			buf, n, pos, marker = reload6(data, buf, n, pos, marker)
		}
		v := uint(acTable.look[uint8(buf>>((n-lookBits)&63))])
		n -= v >> 8
		rs := v & 255
		if v >= (lookBits+1)<<8 {
			rs, n = acTable.longCode(buf, n)
		}
		s = rs & 15
		if s == 0 {
			if rs != 15<<4 {
				break
			}
			k += 15
			continue
		}
		k += rs >> 4
		if n <= 16 {
			buf, n, pos, marker = reload6(data, buf, n, pos, marker)
		}
		n -= s
		b[natural[k&127]&63] = int16(extendFast(buf>>(n&63), s))
	}
	r.buf, r.n, r.pos = buf, int(n), pos
	return marker
}

// extendFast is extend of the low s bits of v.
func extendFast(v uint64, s uint) int32 {
	x := int32(v) & (1<<(s&31) - 1)
	// The mask is all ones where the top bit is missing.
	return x + (x-1<<((s-1)&31))>>31&(-1<<(s&31)+1)
}

// longCode decodes a code of more than eight bits, of which nine have been
// taken from buf already.
func (t *huffTable) longCode(buf uint64, n uint) (symbol, left uint) {
	length := uint(lookBits + 1)
	code := int32(buf>>(n&63)) & (1<<length - 1)
	for code > t.maxCode[length] {
		n--
		code = code<<1 | int32(buf>>(n&63))&1
		length++
	}
	if length > 16 {
		return 0, n
	}
	return uint(t.vals[uint8(code+t.offset[length])]), n
}

// reload6 appends six bytes to the buffer. Stuffed zeros are left out; before
// a marker it stops, and zero bits follow.
func reload6(data []byte, buf uint64, n uint, pos int, marker bool) (uint64, uint, int, bool) {
	if pos+8 <= len(data) {
		if v := binary.BigEndian.Uint64(data[pos:]); !hasFF(v &^ 0xffff) {
			return buf<<48 | v>>16, n + 48, pos + 6, marker
		}
	}
	for range 6 {
		c := byte(0)
		if pos+1 < len(data) {
			c = data[pos]
			if c == 0xff {
				if data[pos+1] != 0 {
					marker, c = true, 0
					pos--
				} else {
					pos++
				}
			}
			pos++
		}
		buf = buf<<8 | uint64(c)
	}
	return buf, n + 48, pos, marker
}
