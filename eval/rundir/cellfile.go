package rundir

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"frontdoor/data"
	"frontdoor/internal/exactjson"
	"frontdoor/internal/safefile"
	"frontdoor/weights"
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

// file is the name of a file of the cell in the run folder.
func (c Cell) file(ending string) string {
	return filepath.Join(cellsFolder, safefile.Name(c.Name())+ending)
}

// stateFile is where a cell's state is kept during training, and what it has
// learned afterwards.
func (c Cell) stateFile() string { return c.file(".safetensors") }

// WriteState writes a cell's state: tensors, and texts about them.
func (r *Dir) WriteState(c Cell, tensors []weights.Tensor, metadata map[string]string) error {
	return r.writeTensors(c.stateFile(), tensors, metadata)
}

// OpenState opens a cell's state. The error is fs.ErrNotExist if there is none.
func (r *Dir) OpenState(c Cell) (*weights.File, error) { return openTensors(r.Path, c.stateFile()) }

func (r *Dir) writeTensors(name string, tensors []weights.Tensor, metadata map[string]string) error {
	return r.folder().Write(name, func(w io.Writer) error { return weights.Encode(w, tensors, metadata) })
}

// openTensors opens a file of tensors in a run folder.
func openTensors(dir, name string) (*weights.File, error) {
	file, err := safefile.Dir(dir).Open(name)
	if err != nil {
		return nil, err
	}
	return weights.OpenFile(file, filepath.Join(dir, name))
}

// readCell reads the file of a finished cell; it returns nil if there is none.
func readCell(dir string, c Cell) (*CellFile, error) {
	name := c.file(".json")
	text, err := safefile.Dir(dir).Read(name, maxText)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f := new(CellFile)
	if err := exactjson.Unmarshal(text, f); err != nil {
		return nil, f.damaged(dir, name, err)
	}
	if err := f.check(c); err != nil {
		return nil, f.damaged(dir, name, err)
	}
	for i := range f.Rows {
		f.Rows[i].set(f.Clocks[i])
	}
	return f, nil
}

// check returns an error if the file is not one of the cell.
func (f *CellFile) check(c Cell) error {
	switch {
	case f.Cell != c:
		return fmt.Errorf("it is of another cell")
	case len(f.Rows) == 0 || len(f.Clocks) != len(f.Rows):
		return fmt.Errorf("it has %d rows and %d clocks", len(f.Rows), len(f.Clocks))
	}
	return checkRows(f.Rows)
}

// damaged is the error of a cell's file that cannot be meant.
func (f *CellFile) damaged(dir, name string, err error) error {
	return fmt.Errorf("%s is damaged: %w: delete it to compute the cell again", filepath.Join(dir, name), err)
}

// WriteCell marks a cell as finished.
func (r *Dir) WriteCell(f *CellFile) error {
	f.Clocks = nil
	for i := range f.Rows {
		f.Clocks = append(f.Clocks, f.Rows[i].clock())
	}
	return r.WriteJSON(f.Cell.file(".json"), f)
}
