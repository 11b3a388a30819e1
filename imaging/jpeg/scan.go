package jpeg

// mcuDecoder decodes the next MCU of a scan into d.blocks.
type mcuDecoder func(*decoder) error

// startScan prepares the scan whose header has been read.
func (d *decoder) startScan() error {
	f, s := &d.frame, &d.scan
	if err := s.setup(f); err != nil {
		return err
	}
	if f.lossless {
		return d.startLossless()
	}
	// A component keeps the quantisation table of its first scan.
	for _, c := range s.comps {
		if c.quant != nil {
			continue
		}
		if c.tq >= maxTables || d.quant[c.tq] == nil {
			return formatErrorf("quantisation table %d is missing", c.tq)
		}
		c.quant = d.quant[c.tq]
		for i, q := range c.quant {
			c.mult[i] = int16(q)
		}
	}
	if err := d.countWork(); err != nil {
		return err
	}
	switch {
	case f.arithmetic:
		return d.startArithmetic()
	case f.progressive:
		return d.startProgressive()
	}
	return d.startHuffman()
}

// countWork refuses files whose scans visit the image over and over: each
// costs time for all blocks, however few bytes it has.
func (d *decoder) countWork() error {
	s, blocks := &d.scan, int64(0)
	for _, c := range s.comps {
		blocks += int64(c.wPad) * int64(c.hPad())
	}
	d.visits += blocks
	if limit := freeVisits + visitsPerByte*int64(len(d.src.data)); d.visits > limit {
		return LimitError{"block visits", limit}
	}
	return nil
}

// onePassRow decodes the iMCU row at hand of a file of one scan into the
// planes.
func (d *decoder) onePassRow() error {
	f, s := &d.frame, &d.scan
	for ; s.vert < s.mcuRows(f); s.vert++ {
		for ; s.col < s.mcusPerRow; s.col++ {
			for i := range s.blocks {
				d.mcu[i] = [64]int16{}
				d.blocks[i] = &d.mcu[i]
			}
			if err := d.decodeMCU(d); err != nil {
				return err
			}
			d.inverseMCU()
		}
		s.col = 0
	}
	s.vert = 0
	s.row++
	return nil
}

// inverseMCU transforms the blocks of an MCU into the planes. Blocks that lie
// outside the image are left out.
func (d *decoder) inverseMCU() {
	f, s := &d.frame, &d.scan
	i := 0
	for _, c := range s.comps {
		rows := c.unitRows(s.row, f.rows)
		for y := range c.mcuH {
			for x := range c.mcuW {
				bx, by := s.col*c.mcuW+x, s.vert*c.mcuH+y
				if bx < c.wUnits && by < rows {
					d.inverse(c, d.blocks[i], s.row*c.v+by, bx)
				}
				i++
			}
		}
	}
}

// inverse transforms block (by, bx) of a component into its plane.
func (d *decoder) inverse(c *component, b *[64]int16, by, bx int) {
	idct(c.plane[by*8%c.planeRows*c.stride+bx*8:], c.stride, b, &c.mult)
}

// consumeRow decodes an iMCU row of a scan into the coefficients.
func (d *decoder) consumeRow() error {
	f, s := &d.frame, &d.scan
	if d.insufficient && d.restartInterval == 0 {
		s.row = f.rows // the rest of the scan is empty
		return nil
	}
	for ; s.vert < s.mcuRows(f); s.vert++ {
		for ; s.col < s.mcusPerRow; s.col++ {
			i := 0
			for _, c := range s.comps {
				by, bx := s.row*c.v+s.vert, s.col*c.mcuW
				for y := range c.mcuH {
					for x := range c.mcuW {
						d.blocks[i] = c.block(by+y, bx+x)
						i++
					}
				}
			}
			if !d.insufficient {
				d.lastGoodRow = s.row
			}
			if err := d.decodeMCU(d); err != nil {
				return err
			}
		}
		s.col = 0
	}
	s.vert = 0
	s.row++
	return nil
}

// consumeScans reads all scans up to EOI. The first has been started.
func (d *decoder) consumeScans() error {
	for {
		for d.scan.row < d.frame.rows {
			if err := d.ctx.Err(); err != nil {
				return err
			}
			step := d.consumeRow
			if d.frame.lossless {
				step = d.losslessRow
			}
			if err := d.run(step); err != nil {
				return err
			}
		}
		var m byte
		err := d.run(func() (err error) { m, err = d.readMarkers(); return err })
		if err != nil {
			return err
		}
		if m == mEOI {
			return nil
		}
		if err := d.startScan(); err != nil {
			return err
		}
	}
}

// planesRow transforms an iMCU row from the coefficients into the planes.
func (d *decoder) planesRow(row int) {
	f := &d.frame
	for i := range f.comps {
		c := &f.comps[i]
		for y := range c.unitRows(row, f.rows) {
			by := row*c.v + y
			for bx := range c.wUnits {
				d.inverse(c, c.block(by, bx), by, bx)
			}
		}
	}
}
