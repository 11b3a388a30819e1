package report

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/clip"
	"frontdoor/eval/rundir"
	"frontdoor/internal/budget"
	"frontdoor/internal/chart"
	"frontdoor/internal/safefile"
)

// Folders of a run that hold its tables and figures.
const (
	tablesFolder  = "tables"
	figuresFolder = rundir.FiguresFolder
)

// Options say what a page leaves out.
type Options struct {
	NoImages bool // pictures of test images
}

// Write makes the tables and figures of the run folder at path from its
// results and metrics.csv alone, and a page that shows them all. A folder
// that holds no run but folders of runs gets theirs, and one page for all. A figure
// that cannot be drawn is an error, once all else is written. It ends with ctx.
func Write(ctx context.Context, path string, o Options) error {
	runs, err := runsIn(path)
	if err != nil {
		return err
	}
	if len(runs) == 0 { // a run, or nothing, which says what is missing
		runs = []string{path}
	}
	var sections []section
	var undrawn error
	for _, run := range runs {
		s, err := writeRun(ctx, run, o)
		if err != nil {
			return err
		}
		if run != path {
			s.base = run
			if err := writePage(run, s.Title, []section{s}); err != nil {
				return err
			}
		}
		s.base = path
		sections = append(sections, s)
		undrawn = errors.Join(undrawn, s.undrawn)
	}
	return errors.Join(writePage(path, filepath.Base(path), sections), undrawn)
}

// runsIn lists the run folders in a folder that is none itself.
func runsIn(path string) ([]string, error) {
	if _, err := os.Lstat(filepath.Join(path, rundir.ResultsFile)); err == nil {
		return nil, nil
	}
	files, err := safefile.Glob(path, "*/"+rundir.ResultsFile)
	if err != nil {
		return nil, err
	}
	for i, f := range files {
		files[i] = filepath.Dir(f)
		if info, err := os.Lstat(files[i]); err != nil || info.Mode()&fs.ModeSymlink != 0 {
			return nil, fmt.Errorf("%s is a link to another place: name that folder itself", files[i])
		}
	}
	return files, nil
}

// heading makes a title of a folder's name: "1-base-to-new" is "Base to new".
func heading(path string) string {
	_, rest, _ := strings.Cut(strings.TrimLeft(filepath.Base(path), "0123456789"), "-")
	if rest == "" || filepath.Base(path)[0] > '9' {
		return filepath.Base(path)
	}
	return strings.TrimSuffix(sentence(rest), ".")
}

// readRun reads what a run's page shows, and draws its figures.
func readRun(path string, o Options) (section, error) {
	s := section{Title: heading(path), folder: path}
	results, err := rundir.ReadResults(path)
	if err != nil {
		return s, err
	}
	if len(results.Rows) == 0 {
		return s, fmt.Errorf("%s holds no results: there is nothing to show", filepath.Join(path, rundir.ResultsFile))
	}
	epochs, err := rundir.ReadEpochs(path)
	if err != nil {
		return s, err
	}
	config, err := readConfig(path)
	if err != nil {
		return s, err
	}
	s.LeftOut, s.Command = len(results.LeftOut), command(results)
	if s.Facts, err = facts(path, results, config); err != nil {
		return s, err
	}
	s.Settings = settings(config)
	if s.Views, s.Others, err = readViews(path, config); err != nil {
		return s, err
	}
	if s.Found, err = readFindings(path); err != nil {
		return s, err
	}
	if !o.NoImages {
		if s.thumbnails, err = readThumbnails(path); err != nil {
			return s, err
		}
		s.Found.thumbnails = s.thumbnails
	}
	backbone := config.Backbone
	if !clip.OpenAIs(config.Model) {
		backbone = "" // nothing was published for it
	}
	s.Grids, s.More = Tables(results.Rows, backbone), Measured(results.Rows)
	s.Figures, s.undrawn = Figures(results.Rows, epochs)
	return s, nil
}

// writeRun writes the tables and figures of one run.
func writeRun(ctx context.Context, path string, o Options) (section, error) {
	s, err := budget.Within(ctx, func() (section, error) { return readRun(path, o) }, nil)
	if err != nil {
		return s, err
	}
	run := safefile.Dir(path)
	for _, folder := range []string{tablesFolder, figuresFolder} {
		if err := run.Make(folder); err != nil {
			return s, fmt.Errorf("the folder for %s cannot be made: %w", folder, err)
		}
	}
	for _, g := range slices.Concat(s.Grids, s.More) {
		if err := g.save(run, tablesFolder); err != nil {
			return s, err
		}
	}
	saved, err := saveFigures(ctx, run, figuresFolder, s.Figures)
	if err != nil && !errors.Is(err, chart.ErrDrawing) {
		return s, err
	}
	s.Figures, s.undrawn = saved, errors.Join(s.undrawn, err)
	return s, nil
}
