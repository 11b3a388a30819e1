// Package pixelfile keeps images of one size, 8-bit RGB, in a file that is
// mapped and not read:
//
//	pixels   n times 3 S S bytes
//	table    n times the key of the image (32 bytes) and a checksum (4)
//	footer   n and S, a checksum of the table, and a mark (4 bytes each)
//
// The order lets a writer stream. Numbers are little-endian, checksums CRC-32C.
package pixelfile

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"runtime"

	"frontdoor/internal/atomicfile"
	"frontdoor/internal/mmap"
)

// Key says which image it is, and in which state. It is the caller's.
type Key [32]byte

// Lengths of the parts of a file.
const (
	keyBytes    = 32
	recordBytes = keyBytes + 4
	footerBytes = 16
)

// mark ends a file.
const mark = "FDP1"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// File is an open file. Its methods may be called from several goroutines.
type File struct {
	mapped *mmap.File
	side   int
	at     map[Key]int
	sums   []uint32
}

// Open opens the file at path, whose images must have the given side. The error
// says what is wrong with it. The mapping ends when the File is no longer used.
func Open(path string, side int) (*File, error) {
	m, err := mmap.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{mapped: m, side: side, at: map[Key]int{}}
	if err := f.read(m.Bytes()); err != nil {
		m.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	runtime.AddCleanup(f, func(m *mmap.File) { m.Close() }, m)
	return f, nil
}

// read fills the table from the end of the content.
func (f *File) read(data []byte) error {
	if len(data) < footerBytes || string(data[len(data)-4:]) != mark {
		return fmt.Errorf("it is no whole file of pixels")
	}
	footer := data[len(data)-footerBytes:]
	n, side, sum := binary.LittleEndian.Uint32(footer), binary.LittleEndian.Uint32(footer[4:]), binary.LittleEndian.Uint32(footer[8:])
	if side != uint32(f.side) {
		return fmt.Errorf("its images have %d pixels a side, want %d", side, f.side)
	}
	if uint64(len(data)) != uint64(n)*uint64(f.bytes()+recordBytes)+footerBytes {
		return fmt.Errorf("%d bytes for %d images of %d pixels a side", len(data), n, side)
	}
	table := data[int(n)*f.bytes() : len(data)-footerBytes]
	if crc32.Checksum(table, castagnoli) != sum {
		return fmt.Errorf("its table is damaged")
	}
	for i := range int(n) {
		record := table[i*recordBytes:]
		f.at[Key(record[:keyBytes])] = i
		f.sums = append(f.sums, binary.LittleEndian.Uint32(record[keyBytes:]))
	}
	return nil
}

// bytes is how many bytes an image takes.
func (f *File) bytes() int { return 3 * f.side * f.side }

// Len is the number of images.
func (f *File) Len() int { return len(f.sums) }

// Get copies the pixels of an image to dst, which must hold them, and reports
// whether the file has the image undamaged.
func (f *File) Get(dst []byte, key Key) bool {
	if len(dst) != f.bytes() {
		panic(fmt.Sprintf("pixelfile.Get: dst has %d bytes, an image [%d, %d, 3] %d", len(dst), f.side, f.side, f.bytes()))
	}
	i, ok := f.at[key]
	if ok {
		copy(dst, f.mapped.Bytes()[i*len(dst):])
		ok = crc32.Checksum(dst, castagnoli) == f.sums[i]
	}
	runtime.KeepAlive(f)
	return ok
}

// Writer takes the images of a new file.
type Writer struct {
	w     io.Writer
	side  int
	table []byte
}

// Write makes the file at path of the images that add gives to the Writer,
// atomically.
func Write(path string, side int, add func(*Writer) error) error {
	return atomicfile.Write(path, func(out io.Writer) error {
		w := &Writer{w: out, side: side}
		if err := add(w); err != nil {
			return err
		}
		n := len(w.table) / recordBytes
		if n > math.MaxInt32 {
			return fmt.Errorf("%d images are too many", n)
		}
		footer := binary.LittleEndian.AppendUint32(nil, uint32(n))
		footer = binary.LittleEndian.AppendUint32(footer, uint32(side))
		footer = binary.LittleEndian.AppendUint32(footer, crc32.Checksum(w.table, castagnoli))
		_, err := out.Write(append(append(w.table, footer...), mark...))
		return err
	})
}

// Add writes an image of 3 S S bytes.
func (w *Writer) Add(key Key, pix []byte) error {
	if len(pix) != 3*w.side*w.side {
		panic(fmt.Sprintf("pixelfile.Add: %d bytes, an image [%d, %d, 3] has %d", len(pix), w.side, w.side, 3*w.side*w.side))
	}
	w.table = append(w.table, key[:]...)
	w.table = binary.LittleEndian.AppendUint32(w.table, crc32.Checksum(pix, castagnoli))
	_, err := w.w.Write(pix)
	return err
}
