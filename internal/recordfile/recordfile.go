// Package recordfile keeps records of one size, each under a key, in a file
// that is mapped and not read:
//
//	records  n times size bytes
//	table    n times the key of the record (32 bytes) and a checksum (4)
//	footer   n and size, a checksum of the table, and a mark (4 bytes each)
//
// The order lets a writer stream. Numbers are little-endian, checksums CRC-32C.
// Decoded images are such records, and features of images.
package recordfile

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

// Key says what a record is about. It is the caller's.
type Key = [32]byte

// Lengths of the parts of a file.
const (
	keyBytes    = 32
	entryBytes  = keyBytes + 4
	footerBytes = 16
)

// mark ends a file.
const mark = "FDR1"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// File is an open file. Its methods may be called from several goroutines.
type File struct {
	mapped *mmap.File
	size   int
	at     map[Key]int
	sums   []uint32
}

// Open opens the file at path, whose records must have the given size. The
// error says what is wrong with it. The mapping ends when the File is no longer
// used.
func Open(path string, size int) (*File, error) {
	m, err := mmap.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{mapped: m, size: size, at: map[Key]int{}}
	if err := mmap.Guard(func() error { return f.read(m.Bytes()) }); err != nil {
		m.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	runtime.AddCleanup(f, func(m *mmap.File) { m.Close() }, m)
	return f, nil
}

// read fills the table from the end of the content.
func (f *File) read(data []byte) error {
	if len(data) < footerBytes || string(data[len(data)-4:]) != mark {
		return fmt.Errorf("it is no whole file of records")
	}
	footer := data[len(data)-footerBytes:]
	n, size, sum := binary.LittleEndian.Uint32(footer), binary.LittleEndian.Uint32(footer[4:]), binary.LittleEndian.Uint32(footer[8:])
	if uint64(size) != uint64(f.size) {
		return fmt.Errorf("its records have %d bytes, want %d", size, f.size)
	}
	if uint64(len(data)) != uint64(n)*uint64(f.size+entryBytes)+footerBytes {
		return fmt.Errorf("%d bytes for %d records of %d bytes", len(data), n, size)
	}
	table := data[int(n)*f.size : len(data)-footerBytes]
	if crc32.Checksum(table, castagnoli) != sum {
		return fmt.Errorf("its table is damaged")
	}
	for i := range int(n) {
		entry := table[i*entryBytes:]
		f.at[Key(entry[:keyBytes])] = i
		f.sums = append(f.sums, binary.LittleEndian.Uint32(entry[keyBytes:]))
	}
	return nil
}

// Len is the number of records.
func (f *File) Len() int { return len(f.sums) }

// Keys returns the keys of all records, in no order.
func (f *File) Keys() []Key {
	keys := make([]Key, 0, len(f.at))
	for k := range f.at {
		keys = append(keys, k)
	}
	return keys
}

// Get copies a record to dst, which must hold it, and reports whether the file
// has the record undamaged.
func (f *File) Get(dst []byte, key Key) bool {
	if len(dst) != f.size {
		panic(fmt.Sprintf("recordfile.Get: dst has %d bytes, a record %d", len(dst), f.size))
	}
	i, ok := f.at[key]
	if ok {
		err := mmap.Guard(func() error { copy(dst, f.mapped.Bytes()[i*len(dst):]); return nil })
		ok = err == nil && crc32.Checksum(dst, castagnoli) == f.sums[i]
	}
	runtime.KeepAlive(f)
	return ok
}

// Writer takes the records of a new file.
type Writer struct {
	w     io.Writer
	size  int
	table []byte
}

// Write makes the file at path of the records that add gives to the Writer,
// atomically.
func Write(path string, size int, add func(*Writer) error) error {
	return atomicfile.Write(path, func(out io.Writer) error {
		w := &Writer{w: out, size: size}
		if err := add(w); err != nil {
			return err
		}
		n := len(w.table) / entryBytes
		if n > math.MaxInt32 {
			return fmt.Errorf("%d records are too many", n)
		}
		footer := binary.LittleEndian.AppendUint32(nil, uint32(n))
		footer = binary.LittleEndian.AppendUint32(footer, uint32(size))
		footer = binary.LittleEndian.AppendUint32(footer, crc32.Checksum(w.table, castagnoli))
		_, err := out.Write(append(append(w.table, footer...), mark...))
		return err
	})
}

// Add writes a record.
func (w *Writer) Add(key Key, record []byte) error {
	if len(record) != w.size {
		panic(fmt.Sprintf("recordfile.Add: %d bytes, a record has %d", len(record), w.size))
	}
	w.table = append(w.table, key[:]...)
	w.table = binary.LittleEndian.AppendUint32(w.table, crc32.Checksum(record, castagnoli))
	_, err := w.w.Write(record)
	return err
}
