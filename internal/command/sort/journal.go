package sort

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"frontdoor/internal/safefile"
	"frontdoor/internal/term"
)

// journalFile has a row for each photograph that was sorted.
const journalFile = "sorted.csv"

var journalHeader = []string{"photo", "bytes", "modified", "class", "verdict", "probability", "uncertainty", "placed"}

// record is what the journal says of a photograph beside the file itself.
type record struct {
	class, verdict           string
	probability, uncertainty float32
	placed                   string
}

// key identifies a file in a state: another size or time makes another key. Among
// a million photographs two have the same one with a probability of 3e-8.
type key uint64

// keys is a sorted list.
type keys []key

// has says whether a key is in the list.
func (k keys) has(x key) bool {
	_, found := slices.BinarySearch(k, x)
	return found
}

// key returns the key of the photograph as it is now.
func (f photo) key() key {
	return keyOf(term.Cell(f.path), strconv.FormatInt(f.size, 10), f.modified.UTC().Format(time.RFC3339Nano))
}

func keyOf(path, size, modified string) key {
	var room [256]byte
	text := append(append(room[:0], path...), 0)
	text = append(append(text, size...), 0)
	sum := sha256.Sum256(append(text, modified...))
	return key(binary.LittleEndian.Uint64(sum[:]))
}

// read returns the keys of the journal. A row that was cut off when the program
// was ended is no row.
func (d *destination) read() (keys, error) {
	f, _, err := safefile.Open(filepath.Join(d.dir, journalFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := lines(f)
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	done := make(keys, 0, rows)
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.ReuseRecord, r.LazyQuotes = -1, true, true
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		}
		if len(row) == len(journalHeader) {
			done = append(done, keyOf(term.Cell(row[0]), row[1], row[2]))
		}
	}
	slices.Sort(done)
	return done, nil
}

// lines counts the line ends of a file.
func lines(r io.Reader) (n int, err error) {
	buf := make([]byte, 1<<16)
	for {
		k, err := r.Read(buf)
		n += bytes.Count(buf[:k], []byte{'\n'})
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// openJournal opens the journal to write behind what is there, on a line of its
// own.
func openJournal(dir string) (*os.File, *csv.Writer, error) {
	path := filepath.Join(dir, journalFile)
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%s is no regular file, and would be written to: put it away", path)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, nil, err
	}
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	w := csv.NewWriter(f)
	if end == 0 {
		err = w.Write(journalHeader)
	} else {
		last := make([]byte, 1)
		if _, err = f.ReadAt(last, end-1); err == nil && last[0] != '\n' {
			_, err = f.WriteString("\n")
		}
	}
	if err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	return f, w, nil
}

// note adds a row to the journal, which sync writes.
func (d *destination) note(f photo, r record) error {
	return d.journal.Write([]string{term.Cell(f.path), strconv.FormatInt(f.size, 10), f.modified.UTC().Format(time.RFC3339Nano),
		term.Cell(r.class), r.verdict, fmt.Sprint(r.probability), fmt.Sprint(r.uncertainty), term.Cell(r.placed)})
}

// sync writes the rows that were noted.
func (d *destination) sync() error {
	if d.journal == nil {
		return nil
	}
	d.journal.Flush()
	return d.journal.Error()
}
