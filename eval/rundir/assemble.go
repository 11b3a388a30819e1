package rundir

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frontdoor/data"
	"frontdoor/weights"
)

// Finished are the cells of a run folder that have been computed, by name.
type Finished map[string]*CellFile

// ReadCells reads those of the cells that are finished. It makes the folder of
// their files.
func (r *Dir) ReadCells(cells []Cell) (Finished, error) {
	if err := r.folder().Make(cellsFolder); err != nil {
		return nil, fmt.Errorf("run folder %s cannot be written: %w", r.Path, err)
	}
	all := Finished{}
	for _, c := range cells {
		f, err := readCell(r.Path, c)
		if err != nil {
			return nil, err
		}
		if f != nil {
			all[c.Name()] = f
		}
	}
	return all, nil
}

// results puts the cells' rows together in the order of the cells, so that it
// does not matter in which order, or where, they were computed.
func (all Finished) results(c *Config) Results {
	out := Results{Version: c.Version, Command: c.Command, Device: c.Device}
	if c.Device != "" {
		out.Kernel = c.Kernel
	}
	known := map[string]bool{}
	for _, cell := range c.Cells() {
		f := all[cell.Name()]
		if f == nil {
			continue
		}
		out.Rows = append(out.Rows, f.Rows...)
		for _, p := range f.LeftOut {
			if !known[p.Path] {
				known[p.Path] = true
				out.LeftOut = append(out.LeftOut, p)
			}
		}
	}
	slices.SortFunc(out.LeftOut, func(a, b data.Problem) int { return cmp.Compare(a.Path, b.Path) })
	return out
}

// Epochs puts the cells' epochs together.
func (all Finished) Epochs(c *Config) []EpochRow {
	var rows []EpochRow
	for _, cell := range c.Cells() {
		if f := all[cell.Name()]; f != nil {
			rows = append(rows, f.Epochs...)
		}
	}
	return rows
}

// WriteTables writes the files that show how far the run has come.
func (r *Dir) WriteTables(c *Config, all Finished) (Results, error) {
	results := all.results(c)
	return results, errors.Join(
		r.WriteEpochs(all.Epochs(c)),
		r.WriteJSON(TimingFile, timing(results.Rows)),
		r.WriteJSON(ResultsFile, results))
}

// WriteCheckpoint puts what all cells have learned into the run's checkpoint
// and removes the cells' own files of it. What a checkpoint that is there says
// of cells without such a file stays.
func (r *Dir) WriteCheckpoint(c *Config) error {
	var own []string
	for _, cell := range c.Cells() {
		if file := cell.stateFile(); r.folder().Has(file) {
			own = append(own, file)
		}
	}
	if len(own) == 0 && r.folder().Has(CheckpointFile) {
		return r.checkCheckpoint(c)
	}
	if err := r.mergeStates(c); err != nil {
		return err
	}
	var errs []error
	for _, file := range own {
		errs = append(errs, r.folder().Remove(file))
	}
	return errors.Join(errs...)
}

// checkCheckpoint returns an error if the run's checkpoint cannot be read or lacks a
// cell that was trained, which nothing else would tell before it is used.
func (r *Dir) checkCheckpoint(c *Config) error {
	f, err := openTensors(r.Path, CheckpointFile)
	if err != nil {
		return fmt.Errorf("%w; delete it and %s to train again", err, r.File(cellsFolder))
	}
	defer f.Close()
	for _, cell := range c.Cells() {
		has := func(name string) bool { return strings.HasPrefix(name, c.prefix(cell)) }
		if cell.How().Trained() && !slices.ContainsFunc(f.Names(), has) {
			return fmt.Errorf("%s lacks what %s has learned: delete %s to train it again", r.File(CheckpointFile), cell, r.File(cell.file(".json")))
		}
	}
	return nil
}

// mergeStates writes the run's checkpoint: the learned tensors of all cells
// without their momentum. A cell that was trained and has none, in either place,
// is an error.
func (r *Dir) mergeStates(c *Config) error {
	var all []weights.Tensor
	add := func(f *weights.File, old, prefix string) {
		for _, name := range f.Names() {
			rest, ok := strings.CutPrefix(name, old)
			if ok && !strings.HasPrefix(name, Momentum) {
				t, _ := f.Tensor(name)
				all = append(all, weights.NewF32(prefix+rest, t.Shape, t.Float32()))
			}
		}
	}
	var old *weights.File
	if r.folder().Has(CheckpointFile) {
		f, err := openTensors(r.Path, CheckpointFile)
		if err != nil {
			return err
		}
		defer f.Close()
		old = f
	}
	for _, cell := range c.Cells() {
		before := len(all)
		switch {
		case r.folder().Has(cell.stateFile()):
			f, err := r.OpenState(cell)
			if err != nil {
				return err
			}
			defer f.Close()
			add(f, "", c.prefix(cell))
		case old != nil:
			add(old, c.prefix(cell), c.prefix(cell))
		}
		if len(all) == before && cell.How().Trained() {
			return fmt.Errorf("what %s has learned is neither in %s nor in %s: delete %s to train it again", cell, r.File(CheckpointFile), r.File(cell.stateFile()), r.File(cell.file(".json")))
		}
	}
	return r.writeTensors(CheckpointFile, all, map[string]string{metaModel: c.Fingerprint})
}
