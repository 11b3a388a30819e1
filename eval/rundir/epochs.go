package rundir

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strconv"

	"frontdoor/internal/safefile"
	"frontdoor/internal/term"
)

// EpochRow is a line of metrics.csv: one epoch of one cell. It holds nothing
// that depends on the clock, so that an interrupted and resumed run leaves
// the same file as an uninterrupted one.
type EpochRow struct {
	Method  string
	Seed    uint64
	Epoch   int     // from 1
	Loss    float64 // mean over the epoch's steps
	LR      float64 // learning rate of the epoch's last step
	Dataset string  // that is trained on
	Shots   int
	M       int // learned templates, 0 for a method without

	// Accuracy in percent after the epoch, where it was measured (flag -curve):
	// on base and new classes, or on all of them under other protocols.
	Base, New, Accuracy *float64
}

// maxEpoch bounds what a damaged file can make a reader allocate.
const maxEpoch = 1_000_000

// epochHeader names the columns; earlier versions had the first oldColumns.
var epochHeader = []string{"method", "seed", "epoch", "loss", "lr", "dataset", "shots", "m", "base", "new", "accuracy"}

const oldColumns = 5

// WriteEpochs makes metrics.csv hold these rows. The file is written whole: it
// is small, and so it is complete at any moment.
func (r *Dir) WriteEpochs(rows []EpochRow) error {
	return r.folder().Write(MetricsFile, func(w io.Writer) error {
		c := csv.NewWriter(w)
		_ = c.Write(epochHeader) // errors stay until Flush
		for _, e := range rows {
			_ = c.Write(e.record())
		}
		c.Flush()
		return c.Error()
	})
}

// record is the line of metrics.csv.
func (e EpochRow) record() []string {
	return []string{term.Cell(e.Method), strconv.FormatUint(e.Seed, 10), strconv.Itoa(e.Epoch), number(e.Loss), number(e.LR),
		term.Cell(e.Dataset), strconv.Itoa(e.Shots), strconv.Itoa(e.M), optional(e.Base), optional(e.New), optional(e.Accuracy)}
}

// number writes the shortest text that reads back as the same float64.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// optional is number, and nothing for what was not measured.
func optional(v *float64) string {
	if v == nil {
		return ""
	}
	return number(*v)
}

// ReadEpochs returns the rows of metrics.csv in the run folder at path, in the
// file's order. It does not hold the folder, so it also works while the run is
// going on; a run that trained nothing has no rows.
func ReadEpochs(path string) ([]EpochRow, error) {
	file := filepath.Join(path, MetricsFile)
	text, err := safefile.Dir(path).Read(MetricsFile, maxText)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll() // all of equal length
	if err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", file, err)
	}
	var rows []EpochRow
	for i, record := range records {
		if len(record) != len(epochHeader) && len(record) != oldColumns {
			return nil, fmt.Errorf("%s is damaged: %d columns, want %d", file, len(record), len(epochHeader))
		}
		if i == 0 {
			continue // the header
		}
		row, err := parseEpoch(record)
		if err != nil {
			return nil, fmt.Errorf("%s is damaged: row %d: %w", file, i+1, err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func parseEpoch(record []string) (EpochRow, error) {
	var errs []error
	check := func(err error) { errs = append(errs, err) }
	whole := func(text string) int {
		v, err := strconv.Atoi(text)
		check(err)
		return v
	}
	float := func(text string) float64 {
		v, err := strconv.ParseFloat(text, 64)
		check(err)
		return v
	}
	measured := func(text string) *float64 {
		if text == "" {
			return nil
		}
		v := float(text)
		return &v
	}
	seed, err := strconv.ParseUint(record[1], 10, 64)
	check(err)
	row := EpochRow{Method: term.Uncell(record[0]), Seed: seed, Epoch: whole(record[2]), Loss: float(record[3]), LR: float(record[4])}
	if row.Epoch < 1 || row.Epoch > maxEpoch {
		check(fmt.Errorf("epoch %d is impossible", row.Epoch))
	}
	if len(record) > oldColumns {
		row.Dataset, row.Shots, row.M = term.Uncell(record[5]), whole(record[6]), whole(record[7])
		row.Base, row.New, row.Accuracy = measured(record[8]), measured(record[9]), measured(record[10])
	}
	return row, errors.Join(errs...)
}
