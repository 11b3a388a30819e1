package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"frontdoor/internal/exactjson"
	"frontdoor/internal/lockfile"
	"frontdoor/internal/safefile"
	"frontdoor/internal/setting"
	"frontdoor/internal/term"
)

// Names of the files in a run folder.
const (
	ConfigFile     = "config.json"            // everything needed to repeat the run
	MetricsFile    = "metrics.csv"            // a row for each epoch of each cell
	ResultsFile    = "results.json"           // a row for each cell, or several
	CheckpointFile = "checkpoint.safetensors" // the learned tensors
	FiguresFolder  = "figures"
	lockFile       = "lock" // names the process that writes the folder
)

// Dir is the folder of one run, held by this process until Close. Files
// are written whole or not at all, and nothing that lies in the folder makes it
// read or write outside; see [safefile.Dir].
type Dir struct{ Path string }

// folder is the folder for reading and writing.
func (r *Dir) folder() safefile.Dir { return safefile.Dir(r.Path) }

// Create makes the folder at path, with its parents, for a new run. A
// folder that holds a run already is left alone and is an error, as is one
// that another process is writing.
func Create(path string) (*Dir, error) {
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, setting.Errorf("run folder %s cannot be made: %w; choose another {out}", path, rootCause(err))
	}
	r, err := hold(path) // before looking, so that nobody can begin one in between
	if err != nil {
		return nil, err
	}
	if name := findRun(path); name != "" {
		err := setting.Errorf("%s already holds a run (%s): add {resume} to continue it, or choose another {out}", path, name)
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Open takes hold of the folder of an earlier run to continue it.
func Open(path string) (*Dir, error) {
	if _, err := os.Stat(filepath.Join(path, ConfigFile)); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, setting.Errorf("%s holds no run to resume (no %s): leave {resume} away to start one there", path, ConfigFile)
		}
		return nil, fmt.Errorf("run folder %s cannot be read: %w", path, rootCause(err))
	}
	return hold(path)
}

// hold locks the folder; since the lock is a file, it finds out too whether
// the folder can be written at all.
func hold(path string) (*Dir, error) {
	r := &Dir{Path: path}
	if err := lockfile.Acquire(r.File(lockFile)); err != nil {
		if errors.As(err, new(*lockfile.HeldError)) {
			return nil, fmt.Errorf("run folder %s: %w", path, err)
		}
		return nil, setting.Errorf("run folder %s cannot be written: %w; choose another {out}", path, rootCause(err))
	}
	return r, nil
}

// Close lets go of the folder.
func (r *Dir) Close() error { return lockfile.Release(r.File(lockFile)) }

// File returns the path of a file in the folder.
func (r *Dir) File(name string) string { return filepath.Join(r.Path, name) }

// WriteJSON writes v, indented, to a file of the folder. Numbers that JSON
// does not know (NaN, infinities) are an error; see Value.
func (r *Dir) WriteJSON(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", r.File(name), err)
	}
	return r.folder().Write(name, func(w io.Writer) error {
		_, err := w.Write(append(term.JSON(text), '\n')) // names of images may hold what a terminal obeys
		return err
	})
}

// maxText bounds the files of a run that are text; the largest, results of
// hundreds of cells on a thousand classes, have some megabytes.
const maxText = 64 << 20

// ReadJSON fills v from a file of the folder. A file that does not exist is
// an error that is fs.ErrNotExist.
func (r *Dir) ReadJSON(name string, v any) error { return ReadJSON(r.Path, name, v) }

// ReadJSON fills v from a file of the run folder at path without holding
// the folder, so it also works while the run is going on.
func ReadJSON(path, name string, v any) error {
	file := filepath.Join(path, name)
	text, err := safefile.Dir(path).Read(name, maxText)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w: %s is not the folder of a run that got that far", file, fs.ErrNotExist, path)
	}
	if err != nil {
		return err
	}
	if err := exactjson.Unmarshal(text, v); err != nil {
		return fmt.Errorf("%s is damaged or of another version: %w", file, err)
	}
	return nil
}

// findRun returns the name of a file that shows that path holds a run.
func findRun(path string) string {
	for _, name := range []string{ConfigFile, MetricsFile, ResultsFile, CheckpointFile} {
		if _, err := os.Lstat(filepath.Join(path, name)); err == nil {
			return name
		}
	}
	return ""
}

// rootCause takes the operation and the path off an error of package os,
// where the message around it names the path already.
func rootCause(err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
