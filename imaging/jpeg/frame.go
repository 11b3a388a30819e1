package jpeg

const (
	maxScanComps   = 4     // components of a scan
	maxComps       = 10    // libjpeg's MAX_COMPONENTS
	maxSampling    = 4     // a sampling factor
	maxMCUBlocks   = 10    // blocks of an MCU that libjpeg takes
	maxSide        = 65500 // libjpeg's JPEG_MAX_DIMENSION
	maxTables      = 4     // quantisation and Huffman tables
	maxArithTables = 16
)

// frame is what SOF says of the image, and what follows from it.
type frame struct {
	progressive, arithmetic, lossless bool

	precision     int
	width, height int
	comps         []component

	maxH, maxV int // largest sampling factors
	unit       int // samples per side of a data unit: 8, or 1 in lossless frames
	rows       int // rows of fully interleaved MCUs ("iMCU rows")
}

// component is one colour plane of a frame.
type component struct {
	index int
	id    byte
	h, v  int // sampling factors
	tq    int // number of its quantisation table

	wUnits, hUnits int // data units that belong to the image
	wPad           int // the same, filled up to whole MCUs
	width, height  int // samples that belong to the image

	dcTable, acTable int         // of the scan at hand
	quant            *[64]uint16 // of its first scan, or nil
	mult             [64]int16   // quant as the inverse DCT takes it

	mcuW, mcuH int // data units of an MCU of the scan at hand

	scanned bool // in a lossless frame, a scan of it has begun

	coefs []int16 // all coefficients, in files of several scans: [hPad, wPad, 64]

	plane     []byte // the last two iMCU rows of samples, row y at y%planeRows
	stride    int
	planeRows int

	bits, prevBits [64]int // progression: the bit known of each coefficient, or -1; before the last scan
}

// scan is what SOS says, and what follows from it.
type scan struct {
	number         int // of the file's scans, from 1
	comps          []*component
	ss, se, ah, al int

	mcusPerRow int
	blocks     int                // blocks of an MCU
	member     [maxMCUBlocks]int8 // the scan component that each block belongs to
	row        int                // iMCU row that is read
	vert, col  int                // MCU row within it, and MCU within that
}

// find returns the component with an identifier for place number place of a
// scan. Those before that number in the frame are left out, as in libjpeg, where
// the two numbers are mixed up: a scan must name its components in the order of
// the frame.
func (f *frame) find(id byte, place int) *component {
	for i := place; i < min(len(f.comps), maxScanComps); i++ {
		if f.comps[i].id == id {
			return &f.comps[i]
		}
	}
	return nil
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// setup computes the sizes of the frame when its first scan begins.
func (f *frame) setup() error {
	if f.width > maxSide || f.height > maxSide {
		return formatErrorf("%d x %d pixels, more than the limit of %d on a side", f.width, f.height, maxSide)
	}
	if f.precision != 8 {
		return unsupportedf("%d-bit samples", f.precision)
	}
	if len(f.comps) > maxComps {
		return formatErrorf("%d components", len(f.comps))
	}
	f.maxH, f.maxV, f.unit = 1, 1, 8
	if f.lossless {
		f.unit = 1
	}
	for _, c := range f.comps {
		if c.h < 1 || c.h > maxSampling || c.v < 1 || c.v > maxSampling {
			return formatErrorf("sampling factors %dx%d", c.h, c.v)
		}
		f.maxH, f.maxV = max(f.maxH, c.h), max(f.maxV, c.v)
	}
	for i := range f.comps {
		c := &f.comps[i]
		if f.maxH%c.h != 0 || f.maxV%c.v != 0 {
			return formatErrorf("sampling factors %dx%d beside %dx%d: the ratio is not a whole number", c.h, c.v, f.maxH, f.maxV)
		}
		c.wUnits = ceilDiv(f.width*c.h, f.maxH*f.unit)
		c.hUnits = ceilDiv(f.height*c.v, f.maxV*f.unit)
		c.wPad = ceilDiv(c.wUnits, c.h) * c.h
		c.width = ceilDiv(f.width*c.h, f.maxH)
		c.height = ceilDiv(f.height*c.v, f.maxV)
		for k := range c.bits {
			c.bits[k] = -1
		}
	}
	f.rows = ceilDiv(f.height, f.maxV*f.unit)
	return nil
}

// hPad is the number of rows of data units, filled up to whole MCUs.
func (c *component) hPad() int { return ceilDiv(c.hUnits, c.v) * c.v }

// unitRows is the number of rows of data units in an iMCU row that belong to
// the image.
func (c *component) unitRows(row, rows int) int {
	if row < rows-1 || c.hUnits%c.v == 0 {
		return c.v
	}
	return c.hUnits % c.v
}

// block returns the coefficients of a block.
func (c *component) block(y, x int) *[64]int16 {
	i := (y*c.wPad + x) * 64
	return (*[64]int16)(c.coefs[i : i+64])
}

// row returns row y of the plane, or the nearest one that the image has.
func (c *component) row(y int) []byte {
	y = min(max(y, 0), c.height-1)
	return c.plane[y%c.planeRows*c.stride:][:c.stride]
}

// setup computes the sizes of a scan when it begins.
func (s *scan) setup(f *frame) error {
	s.row, s.vert, s.col, s.blocks = 0, 0, 0, 0
	if len(s.comps) == 1 {
		c := s.comps[0]
		s.mcusPerRow, s.blocks = c.wUnits, 1
		c.mcuW, c.mcuH = 1, 1
		return nil
	}
	s.mcusPerRow = ceilDiv(f.width, f.maxH*f.unit)
	for i, c := range s.comps {
		c.mcuW, c.mcuH = c.h, c.v
		if s.blocks+c.h*c.v > maxMCUBlocks {
			return formatErrorf("more than %d blocks in an MCU", maxMCUBlocks)
		}
		for range c.h * c.v {
			s.member[s.blocks] = int8(i)
			s.blocks++
		}
	}
	return nil
}

// mcuRows is the number of MCU rows in iMCU row s.row: one in an interleaved
// scan, and one for each row of data units where the scan has one component.
func (s *scan) mcuRows(f *frame) int {
	if len(s.comps) > 1 {
		return 1
	}
	return s.comps[0].unitRows(s.row, f.rows)
}
