package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"frontdoor/data"
)

// cellsFolder holds a file NAME.json for each finished cell, and
// NAME.safetensors with what it has learned until the run's checkpoint has it,
// or with the state of a training that is not finished.
const cellsFolder = "cells"

// CellFile is what is kept of a finished cell. The files of the run are put
// together from these.
type CellFile struct {
	Cell    Cell           `json:"cell"`
	Rows    []Row          `json:"rows"`
	Clocks  []Clock        `json:"clocks"` // of the rows
	Epochs  []EpochRow     `json:"epochs,omitempty"`
	LeftOut []data.Problem `json:"left_out,omitempty"` // images that were known to be unreadable by then
}

// StatePath is where a cell's state is kept during training, and what it has
// learned afterwards.
func (r *Dir) StatePath(c Cell) string {
	return filepath.Join(r.Path, cellsFolder, c.Name()+".safetensors")
}

// readCell reads the file of a finished cell; it returns nil if there is none.
func readCell(dir string, c Cell) (*CellFile, error) {
	name := filepath.Join(cellsFolder, c.Name()+".json")
	path := filepath.Join(dir, name)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, rootCause(err))
	}
	f := new(CellFile)
	if err := json.Unmarshal(text, f); err != nil || f.Cell != c || len(f.Clocks) != len(f.Rows) {
		return nil, fmt.Errorf("%s is damaged (%v): delete it to compute the cell again", path, err)
	}
	for i := range f.Rows {
		f.Rows[i].set(f.Clocks[i])
	}
	return f, nil
}

// WriteCell marks a cell as finished.
func (r *Dir) WriteCell(f *CellFile) error {
	f.Clocks = nil
	for i := range f.Rows {
		f.Clocks = append(f.Clocks, f.Rows[i].clock())
	}
	return r.WriteJSON(filepath.Join(cellsFolder, f.Cell.Name()+".json"), f)
}
