package jpeg

import (
	"context"
	"fmt"
)

// Limits of what a file may ask for. A header is a few bytes that anybody can
// write.
const (
	// DefaultMaxBytes is the memory that Decode takes where the caller names
	// no limit: pixels, and in files of several scans their coefficients. It
	// suffices for 178,956,970 pixels, above which Pillow refuses an image.
	DefaultMaxBytes = 2 << 30
	// freeVisits is how many blocks the scans of any file may visit: a blank
	// picture of 200 million pixels in four scans. Encoders make about ten, the
	// most thorough some dozens.
	freeVisits = 1 << 25
	// visitsPerByte is how many more they may visit for each byte of the file. A
	// scan takes a bit for each block at least if it says anything, and a run of
	// blocks that end at once takes none.
	visitsPerByte = 64
)

// A LimitError says which limit a file passes.
type LimitError struct {
	What  string // what is limited
	Limit int64
}

// Error names the limit and its number.
func (e LimitError) Error() string {
	return fmt.Sprintf("more %s than the limit of %d", e.What, e.Limit)
}

// Image is a decoded picture: [H, W, 3] bytes, red, green and blue, row by row.
type Image struct {
	W, H int
	Pix  []byte

	// Inks [H, W, 3] are cyan, magenta and yellow of a picture of four inks, Black
	// [H, W] is the fourth, 255 being all of it; nil for others.
	Inks, Black []byte
}

// decoder reads one file.
type decoder struct {
	ctx context.Context
	src source

	unread         byte // a marker that was found and not yet read, or 0
	sawSOI, sawSOF bool
	nextRestart    byte // number of the restart marker that is due, 0..7

	quant           [maxTables]*[64]uint16
	dcHuff, acHuff  [maxTables]*huffSpec
	restartInterval int
	jfif, adobe     bool
	transform       byte // Adobe's
	frame           frame
	scan            scan

	decodeMCU          mcuDecoder
	blocks             [maxMCUBlocks]*[64]int16
	mcu                [maxMCUBlocks][64]int16
	entropy            entropy
	arith              arithmetic
	dcTables, acTables [maxScanComps]huffTable // of the scan's components
	insufficient       bool                    // the segment has ended early: the rest is empty
	lastGoodRow        int                     // the last iMCU row that had data
	visits             int64                   // blocks that the scans have visited

	lossless losslessState
	out      output
}

// Decode reads the first image of a JPEG file as Pillow's
// Image.open(...).convert("RGB") does, to the byte; see the package comment. It
// takes at most maxBytes of memory for the picture (0: DefaultMaxBytes) and
// stops when ctx is done. The error is ErrTruncated, a FormatError, a
// LimitError, [errors.ErrUnsupported], or that of ctx.
func Decode(ctx context.Context, data []byte, maxBytes int64) (*Image, error) {
	if _, err := DecodeHeader(data); err != nil {
		return nil, err
	}
	d := &decoder{ctx: ctx, src: source{data: data}}
	if err := d.readHeader(); err != nil {
		return nil, err
	}
	if maxBytes == 0 {
		maxBytes = DefaultMaxBytes
	}
	several := d.frame.progressive || len(d.scan.comps) < len(d.frame.comps)
	if need := d.frame.bytes(several); need > maxBytes {
		return nil, fmt.Errorf("%d x %d pixels need %d bytes: %w", d.frame.width, d.frame.height, need, LimitError{"bytes", maxBytes})
	}
	if err := d.prepare(several); err != nil {
		return nil, err
	}
	if several {
		if err := d.consumeScans(); err != nil {
			return nil, err
		}
	}
	if err := d.outputRows(several); err != nil {
		return nil, err
	}
	return d.out.image, d.finish(several)
}

// readHeader reads up to the first scan. A file that begins with tables alone,
// up to an EOI, goes on with another SOI.
func (d *decoder) readHeader() error {
	for {
		var m byte
		err := d.run(func() (err error) { m, err = d.readMarkers(); return err })
		if err != nil {
			return err
		}
		if m == mSOS {
			return d.frame.setup()
		}
		if d.sawSOF {
			return formatErrorf("a frame without a scan")
		}
		d.sawSOI = false
	}
}

// bytes is the memory that the picture takes.
func (f *frame) bytes(several bool) int64 {
	n := 3 * int64(f.width) * int64(f.height)
	for i := range f.comps {
		c := &f.comps[i]
		n += 2 * int64(c.wPad) * int64(c.v*f.unit*f.unit) // two iMCU rows
		if several {
			each := int64(2 * 64)
			if f.lossless {
				each = 1
			}
			n += each * int64(c.wPad) * int64(c.hPad())
		}
	}
	return n
}

// prepare chooses the output, makes the memory and starts the first scan.
func (d *decoder) prepare(several bool) error {
	f := &d.frame
	if err := d.chooseOutput(); err != nil {
		return err
	}
	if f.lossless {
		if f.arithmetic {
			return unsupported("arithmetic coding of a lossless frame")
		}
	} else if !f.arithmetic && !f.progressive {
		d.useStdTables()
	}
	if err := d.startScan(); err != nil {
		return err
	}
	for i := range f.comps {
		c := &f.comps[i]
		c.stride = c.wPad * f.unit
		c.planeRows = 2 * c.v * f.unit
		if several && f.lossless {
			c.planeRows = c.hPad()
		} else if several {
			c.coefs = make([]int16, c.wPad*c.hPad()*64)
		}
		c.plane = make([]byte, c.planeRows*c.stride+padding)
	}
	return nil
}

// outputRows decodes, or takes from what has been read, one iMCU row after the
// other and emits its pixels.
func (d *decoder) outputRows(several bool) error {
	f := &d.frame
	var step func(row int) error
	switch {
	case several && f.lossless:
		for _, c := range f.comps {
			if !c.scanned {
				return formatErrorf("component %d of a lossless frame has no scan", c.id)
			}
		}
		step = func(int) error { return nil }
	case several && d.smoothingUseful():
		smooth := d.newSmoother()
		step = func(row int) error { smooth.planesRow(row); return nil }
	case several:
		step = func(row int) error { d.planesRow(row); return nil }
	case f.lossless:
		step = func(int) error { return d.run(d.losslessRow) }
	default:
		step = func(int) error { return d.run(d.onePassRow) }
	}
	for row := range f.rows {
		if err := d.ctx.Err(); err != nil {
			return err
		}
		if err := step(row); err != nil {
			return err
		}
		d.emit(row)
	}
	return nil
}

// finish reads on to EOI after the last row, as far as the file has been
// handed over: what comes later is not looked at, what is wrong before it is an
// error.
func (d *decoder) finish(several bool) error {
	if several {
		return nil
	}
	m, err := d.readMarkers()
	switch {
	case err == errSuspend:
		return nil
	case err == nil && m == mSOS:
		return formatErrorf("a second scan of the whole frame")
	}
	return err
}
