package rundir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/internal/budget"
	"frontdoor/internal/safefile"
	"frontdoor/internal/setting"
	"frontdoor/weights"
)

// Merged is a run that was put together from its parts.
type Merged struct {
	Config  *Config
	Results Results
	Missing []Cell
	// Kernels are the arithmetic kernels of the parts. Parts with different ones
	// are right, but another machine may not find the same bits.
	Kernels []string
	// Shards is into how many shards the run was split, 0 if the parts do not
	// agree on it.
	Shards int
}

// Merge makes the folder out the whole of a run whose parts lie in dirs: each
// the folder of a shard, or one that holds such folders. Nobody needs to have
// kept the parts apart from each other's cells, and out may be one of dirs.
// What is missing is listed in the result; Do computes it, or Merge finds it
// another time. The parts stay as they are. When ctx ends it returns ctx's error
// and leaves a folder that a later call continues.
func Merge(ctx context.Context, dirs []string, out string) (*Merged, error) {
	parts, err := findParts(dirs)
	if err != nil {
		return nil, err
	}
	m := &Merged{}
	if m.Config, m.Kernels, err = commonConfig(ctx, parts); err != nil {
		return nil, err
	}
	m.Shards = shardsOf(parts)
	if err := os.MkdirAll(out, 0o777); err != nil {
		return nil, setting.Errorf("run folder %s cannot be made: %w; choose another {out}", out, rootCause(err))
	}
	dir, err := hold(out)
	if err != nil {
		return nil, err
	}
	if err := dir.folder().Make(cellsFolder); err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	return m, errors.Join(m.fill(ctx, dir, parts), dir.Close())
}

// fill copies the cells that are finished in a part, and writes the files of
// the run.
func (m *Merged) fill(ctx context.Context, dir *Dir, parts []string) error {
	if dir.folder().Has(ConfigFile) {
		if _, _, err := commonConfig(ctx, append([]string{dir.Path}, parts...)); err != nil {
			return err
		}
	} else if err := dir.WriteJSON(ConfigFile, m.Config); err != nil {
		return err
	}
	all := Finished{}
	for _, cell := range m.Config.Cells() {
		if err := ctx.Err(); err != nil {
			return err
		}
		f, err := dir.fetch(ctx, m.Config, cell, parts)
		if err != nil {
			return err
		}
		if f == nil {
			m.Missing = append(m.Missing, cell)
			continue
		}
		all[cell.Name()] = f
	}
	var err error
	if m.Results, err = dir.WriteTables(m.Config, all); err != nil {
		return err
	}
	if err := dir.mergeHistory(parts); err != nil {
		return err
	}
	if err := dir.WritePredictions(ctx, m.Config); err != nil || len(m.Missing) > 0 {
		return err
	}
	return dir.WriteCheckpoint(m.Config)
}

// fetch returns a finished cell of the folder, which it copies from a part if
// the folder does not have it; nil if no part has it either.
func (r *Dir) fetch(ctx context.Context, c *Config, cell Cell, parts []string) (*CellFile, error) {
	f, err := readCell(r.Path, cell)
	if f != nil || err != nil {
		return f, err
	}
	for _, part := range parts {
		f, err := readCell(part, cell)
		if err != nil {
			return nil, err
		}
		if f == nil {
			continue
		}
		if err := r.copyLearned(c, cell, &Dir{part}); err != nil {
			return nil, err
		}
		if err := r.copyAnswers(ctx, cell, &Dir{part}); err != nil {
			return nil, err
		}
		return f, r.WriteCell(f) // last, since it says that the cell is finished
	}
	return nil, nil
}

// copyLearned takes over the tensors that a cell has learned from a part: those of
// its own file, or of the checkpoint if the part is a whole run.
func (r *Dir) copyLearned(c *Config, cell Cell, part *Dir) error {
	name, prefix := cell.stateFile(), ""
	whole := !part.folder().Has(name)
	if whole {
		name, prefix = CheckpointFile, c.prefix(cell)
	}
	if !part.folder().Has(name) {
		return nil // nothing was learned
	}
	f, err := openTensors(part.Path, name)
	if err != nil {
		return err
	}
	defer f.Close()
	var own []weights.Tensor
	for _, name := range f.Names() {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			t, _ := f.Tensor(name)
			if err := usable(t, f, name); err != nil {
				return err
			}
			own = append(own, weights.NewF32(rest, t.Shape, t.Float32()))
		}
	}
	meta := f.Metadata()
	if whole {
		meta = map[string]string{MetaOwner: c.Owner(cell).String()}
	}
	return r.WriteState(cell, own, meta)
}

// findParts lists the run folders that dirs are or hold.
func findParts(dirs []string) ([]string, error) {
	var parts []string
	for _, dir := range dirs {
		shards, err := safefile.Glob(dir, "shard-*-of-*/"+ConfigFile)
		if err != nil {
			return nil, err
		}
		before := len(parts)
		for _, path := range append([]string{filepath.Join(dir, ConfigFile)}, shards...) {
			part := filepath.Dir(path)
			if info, err := os.Lstat(part); err == nil && info.Mode()&fs.ModeSymlink != 0 && part != filepath.Clean(dir) {
				return nil, fmt.Errorf("%s is a link to another place: name that folder itself", part)
			}
			if safefile.Dir(part).Has(ConfigFile) && !slices.Contains(parts, part) {
				parts = append(parts, part)
			}
		}
		if len(parts) == before {
			return nil, fmt.Errorf("%s holds no run and no shard of one (no %s, no shard-I-of-N)", dir, ConfigFile)
		}
	}
	return parts, nil
}

// shardsOf returns N of folders called shard-I-of-N.
func shardsOf(parts []string) int {
	n := 0
	for _, part := range parts {
		var s Shard
		if _, err := fmt.Sscanf(filepath.Base(part), "shard-%d-of-%d", &s.I, &s.N); err != nil {
			continue
		}
		if n != 0 && n != s.N {
			return 0
		}
		n = s.N
	}
	return n
}

// commonConfig reads the configuration of the parts, which must not differ but
// in the machine.
func commonConfig(ctx context.Context, parts []string) (*Config, []string, error) {
	var first *Config
	var kernels []string
	for _, part := range parts {
		c, err := budget.Within(ctx, func() (*Config, error) { return ReadConfig(part) }, nil)
		if err != nil {
			return nil, nil, err
		}
		if !slices.Contains(kernels, c.Kernel) {
			kernels = append(kernels, c.Kernel)
		}
		if first == nil {
			first = c
		}
		if what := first.Differs(c); what != "" {
			return nil, nil, fmt.Errorf("%s and %s are parts of different runs: %s", parts[0], part, what)
		}
	}
	return first, kernels, nil
}
