package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// TimingFile holds what was measured by the clock, a line for each row of
// results.json. It is a file of its own so that results.json is the same to
// the bit whenever the same experiment is run.
const TimingFile = "timing.json"

// Clock is the part of a Row that depends on the machine and the moment.
type Clock struct {
	TrainSeconds *float64 `json:"train_seconds,omitempty"`
	StepSeconds  *float64 `json:"step_seconds,omitempty"`
	ImagesPerSec *float64 `json:"images_per_s,omitempty"`
	PeakBytes    int64    `json:"peak_bytes,omitempty"`

	Plan *Forecast `json:"plan,omitempty"` // what the cell was expected to take
}

// timed is a row as timing.json holds it, enough of it to tell which it is.
type timed struct {
	Method  string `json:"method"`
	Dataset string `json:"dataset"`
	Seed    uint64 `json:"seed"`
	Shots   int    `json:"shots"`
	Source  string `json:"source,omitempty"`
	M       int    `json:"m,omitempty"`
	Clock
}

// clock returns what the row holds of the clock.
func (r *Row) clock() Clock {
	return Clock{r.TrainSeconds, r.StepSeconds, r.ImagesPerSec, r.PeakBytes, r.Plan}
}

// set gives the row what was measured.
func (r *Row) set(c Clock) {
	r.TrainSeconds, r.StepSeconds, r.ImagesPerSec, r.PeakBytes, r.Plan = c.TrainSeconds, c.StepSeconds, c.ImagesPerSec, c.PeakBytes, c.Plan
}

// timing lists the rows' clocks.
func timing(rows []Row) []timed {
	out := make([]timed, len(rows))
	for i, r := range rows {
		out[i] = timed{r.Method, r.Dataset, r.Seed, r.Shots, r.Source, r.M, r.clock()}
	}
	return out
}

// clockedRow is a row with its clock in one object, as the file of a cell has
// it, and as results.json had before there was timing.json.
type clockedRow struct {
	Row
	Clock
}

// row returns the row with its clock in place.
func (c clockedRow) row() Row {
	c.Row.set(c.Clock)
	return c.Row
}

// UnmarshalJSON reads results.json of this version and of those that kept the
// clock in it.
func (r *Results) UnmarshalJSON(text []byte) error {
	type plain Results
	var old struct {
		*plain
		Rows []clockedRow `json:"rows"`
	}
	old.plain = (*plain)(r)
	if err := json.Unmarshal(text, &old); err != nil {
		return err
	}
	r.Rows = nil
	for _, row := range old.Rows {
		r.Rows = append(r.Rows, row.row())
	}
	return nil
}

// ReadResults reads the results of a run folder, with what was measured by the
// clock where that is known.
func ReadResults(dir string) (*Results, error) {
	r := new(Results)
	if err := ReadJSON(dir, ResultsFile, r); err != nil {
		return nil, err
	}
	if err := checkRows(r.Rows); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", filepath.Join(dir, ResultsFile), err)
	}
	var clocks []timed
	if err := ReadJSON(dir, TimingFile, &clocks); errors.Is(err, fs.ErrNotExist) {
		return r, nil
	} else if err != nil {
		return nil, err
	}
	if len(clocks) != len(r.Rows) {
		return r, nil // written at another moment: a run that was cut off in between
	}
	for i := range r.Rows {
		r.Rows[i].set(clocks[i].Clock)
	}
	return r, nil
}
