package eval

import (
	"cmp"
	"errors"
	"os"
	"slices"
	"strings"

	"frontdoor/data"
	"frontdoor/weights"
)

// finished are the cells of a run folder that have been computed, by name.
type finished map[string]*cellFile

// readCells reads those of the cells that are finished in a folder.
func readCells(dir string, cells []Cell) (finished, error) {
	all := finished{}
	for _, c := range cells {
		f, err := readCell(dir, c)
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
func (all finished) results(c *Config) Results {
	out := Results{Version: c.Version, Command: c.Command}
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

// epochs puts the cells' epochs together.
func (all finished) epochs(c *Config) []EpochRow {
	var rows []EpochRow
	for _, cell := range c.Cells() {
		if f := all[cell.Name()]; f != nil {
			rows = append(rows, f.Epochs...)
		}
	}
	return rows
}

// writeTables writes the files that show how far the run has come.
func (r *RunDir) writeTables(c *Config, all finished) (Results, error) {
	results := all.results(c)
	return results, errors.Join(
		r.WriteEpochs(all.epochs(c)),
		r.WriteJSON(TimingFile, timing(results.Rows)),
		r.WriteJSON(ResultsFile, results))
}

// writeCheckpoint puts what all cells have learned into the run's checkpoint
// and removes the cells' own files of it. What a checkpoint that is there says
// of cells without such a file stays.
func (r *RunDir) writeCheckpoint(c *Config) error {
	path := r.File(CheckpointFile)
	var own []string
	for _, cell := range c.Cells() {
		if file := r.statePath(cell); exists(file) {
			own = append(own, file)
		}
	}
	if len(own) == 0 && exists(path) {
		return nil
	}
	if err := r.mergeStates(c); err != nil {
		return err
	}
	var errs []error
	for _, file := range own {
		errs = append(errs, os.Remove(file))
	}
	return errors.Join(errs...)
}

// mergeStates writes the run's checkpoint: the learned tensors of all cells
// without their momentum.
func (r *RunDir) mergeStates(c *Config) error {
	path := r.File(CheckpointFile)
	var all []weights.Tensor
	add := func(f *weights.File, old, prefix string) {
		for _, name := range f.Names() {
			rest, ok := strings.CutPrefix(name, old)
			if ok && !strings.HasPrefix(name, momentum) {
				t, _ := f.Tensor(name)
				all = append(all, weights.NewF32(prefix+rest, t.Shape, t.Float32()))
			}
		}
	}
	var old *weights.File
	if exists(path) {
		f, err := weights.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		old = f
	}
	for _, cell := range c.Cells() {
		switch file := r.statePath(cell); {
		case exists(file):
			f, err := weights.Open(file)
			if err != nil {
				return err
			}
			defer f.Close()
			add(f, "", c.prefix(cell))
		case old != nil:
			add(old, c.prefix(cell), c.prefix(cell))
		}
	}
	return weights.Write(path, all, map[string]string{metaModel: c.Fingerprint})
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
