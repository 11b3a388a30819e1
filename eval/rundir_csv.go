package eval

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"

	"frontdoor/internal/atomicfile"
)

// EpochRow is a line of metrics.csv: one epoch of one cell. It holds nothing
// that depends on the clock, so that an interrupted and resumed run leaves
// the same file as an uninterrupted one.
type EpochRow struct {
	Method string
	Seed   uint64
	Epoch  int     // from 1
	Loss   float64 // mean over the epoch's steps
	LR     float64 // learning rate of the epoch's last step
}

// maxEpoch bounds what a damaged file can make a reader allocate.
const maxEpoch = 1_000_000

var epochHeader = []string{"method", "seed", "epoch", "loss", "lr"}

// Epochs returns a copy of the rows of metrics.csv, in the file's order.
func (r *RunDir) Epochs() []EpochRow { return append([]EpochRow(nil), r.epochs...) }

// AppendCSV adds rows to metrics.csv. A row of the same method, seed and
// epoch as an earlier one replaces it, as happens after resuming from the
// middle of an epoch. The file is rewritten whole: it is small, and so it is
// complete at any moment.
func (r *RunDir) AppendCSV(rows ...EpochRow) error {
	for _, row := range rows {
		r.putEpoch(row)
	}
	return atomicfile.Write(r.File(MetricsFile), func(w io.Writer) error {
		c := csv.NewWriter(w)
		_ = c.Write(epochHeader) // errors stay until Flush
		for _, e := range r.epochs {
			_ = c.Write([]string{e.Method, strconv.FormatUint(e.Seed, 10), strconv.Itoa(e.Epoch), number(e.Loss), number(e.LR)})
		}
		c.Flush()
		return c.Error()
	})
}

func (r *RunDir) putEpoch(row EpochRow) {
	for i, e := range r.epochs {
		if e.Method == row.Method && e.Seed == row.Seed && e.Epoch == row.Epoch {
			r.epochs[i] = row
			return
		}
	}
	r.epochs = append(r.epochs, row)
}

// number writes the shortest text that reads back as the same float64.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// ReadEpochs returns the rows of metrics.csv of the run folder at path, without
// holding the folder; a run interrupted early has none.
func ReadEpochs(path string) ([]EpochRow, error) {
	r := &RunDir{Path: path}
	err := r.loadEpochs()
	return r.epochs, err
}

// loadEpochs reads metrics.csv; a run interrupted early has none.
func (r *RunDir) loadEpochs() error {
	path := r.File(MetricsFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, rootCause(err))
	}
	c := csv.NewReader(bytes.NewReader(text))
	c.FieldsPerRecord = len(epochHeader)
	records, err := c.ReadAll()
	if err != nil {
		return fmt.Errorf("%s is damaged: %w; delete it to resume without its rows", path, err)
	}
	for i, record := range records {
		if i == 0 {
			continue // the header
		}
		row, err := parseEpoch(record)
		if err != nil {
			return fmt.Errorf("%s, row %d: %w; delete the file to resume without its rows", path, i+1, err)
		}
		r.epochs = append(r.epochs, row)
	}
	return nil
}

func parseEpoch(record []string) (EpochRow, error) {
	seed, err1 := strconv.ParseUint(record[1], 10, 64)
	epoch, err2 := strconv.Atoi(record[2])
	loss, err3 := strconv.ParseFloat(record[3], 64)
	rate, err4 := strconv.ParseFloat(record[4], 64)
	err := errors.Join(err1, err2, err3, err4)
	if err == nil && (epoch < 1 || epoch > maxEpoch) {
		err = fmt.Errorf("epoch %d is impossible", epoch)
	}
	return EpochRow{record[0], seed, epoch, loss, rate}, err
}
