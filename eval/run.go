package eval

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/internal/term"
)

// Run is a run in progress: what to do, with what, and where it goes.
type Run struct {
	Config  *Config
	Model   *clip.Model
	Dataset *data.Dataset
	Report  *data.Report // images left out are counted here
	Dir     *RunDir
	Show    term.Reporter

	results Results
	load    *loader

	studyLoad *loader // for pictures of the study alone
}

// Steps returns the number of training steps of all cells: the length of the
// progress bar.
func (r *Run) Steps() int {
	n := 0
	for _, method := range r.Config.Methods {
		if Untrained(method) {
			continue
		}
		for _, seed := range r.Config.Seeds {
			s := r.Config.Settings[method]
			images := len(data.Subset(r.Dataset.FewShot(r.Config.Shots, int64(seed)), r.half()).Train)
			n += s.Epochs * max(1, images/s.Batch)
		}
	}
	return n
}

// half is the set of classes that the protocol trains on.
func (r *Run) half() data.Half {
	if r.Config.Protocol == "base2new" {
		return data.Base
	}
	return data.All
}

// Do trains and evaluates every cell that has no result yet, writing the run
// folder as it goes. It returns the results of all cells. When ctx ends it
// returns ctx's error and leaves a folder that a later call continues.
func (r *Run) Do(ctx context.Context) (*Results, error) {
	r.load = newLoader(r.Model, r.Report)
	r.results = Results{Version: r.Config.Version, Command: r.Config.Command}
	if err := r.Dir.ReadJSON(ResultsFile, &r.results); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := os.MkdirAll(r.Dir.File(cellsFolder), 0o755); err != nil {
		return nil, err
	}
	for _, seed := range r.Config.Seeds {
		for _, method := range r.Config.Methods {
			if r.done(method, seed) {
				r.skip(method, seed)
				continue
			}
			if err := r.cell(ctx, method, seed); err != nil {
				if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
					return nil, err
				}
				return nil, fmt.Errorf("%s, seed %d: %w", method, seed, err)
			}
		}
	}
	return &r.results, r.finish()
}

func (r *Run) done(method string, seed uint64) bool {
	return slices.ContainsFunc(r.results.Rows, func(row Row) bool { return row.Method == method && row.Seed == seed })
}

// skip moves the progress bar over a finished cell.
func (r *Run) skip(method string, seed uint64) {
	if !Untrained(method) {
		images := len(data.Subset(r.Dataset.FewShot(r.Config.Shots, int64(seed)), r.half()).Train)
		s := r.Config.Settings[method]
		r.Show.Add(s.Epochs * max(1, images/s.Batch))
	}
}

// cellsFolder holds the state of cells while the run is not finished.
const cellsFolder = "cells"

func (r *Run) statePath(method string, seed uint64) string {
	return filepath.Join(r.Dir.File(cellsFolder), fmt.Sprintf("%s-seed%d.safetensors", method, seed))
}

// cell trains and evaluates one cell and adds its row to the results.
func (r *Run) cell(ctx context.Context, method string, seed uint64) error {
	ResetPeak()
	label := fmt.Sprintf("%s seed %d", method, seed)
	r.Show.Describe(label)
	begin := func() (*cell, error) {
		if r.Config.Load != "" {
			return r.loadedCell(method, seed)
		}
		return newCell(ctx, r.Model, r.Dataset, r.half(), method, r.Config.Settings[method], r.Config.Shots, seed, r.load)
	}
	c, err := begin()
	if err != nil {
		return err
	}
	if err := r.train(ctx, c, label); err != nil {
		return err
	}
	seconds := c.seconds()
	r.Show.Describe(label + " testing")
	row, err := r.evaluate(ctx, c)
	if err != nil {
		return err
	}
	for _, p := range c.learner.Params() {
		row.Params += p.Len()
	}
	row.TrainSeconds, row.PeakBytes = Value(seconds), PeakRSS()
	if n := c.total(); n > 0 {
		row.StepSeconds = Value(seconds / float64(n))
	}
	r.results.Rows = append(r.results.Rows, row)
	r.results.LeftOut = r.Report.Problems()
	return r.Dir.WriteJSON(ResultsFile, r.results)
}

// train trains a cell, from where an earlier process left it if there is a
// state file.
func (r *Run) train(ctx context.Context, c *cell, label string) error {
	if c.total() == 0 {
		return nil
	}
	path, owner := r.statePath(c.method, c.seed), r.Config.owner(c.method, c.seed)
	resumed, err := c.restore(path, owner)
	if err != nil {
		return err
	}
	if !resumed {
		if err := c.calibrate(ctx); err != nil {
			return err
		}
	}
	r.Show.Add(c.step)
	save := func() error {
		if err := c.save(path, owner); err != nil {
			return err
		}
		return r.Dir.AppendCSV(c.epochRows()...)
	}
	return c.run(ctx, save, func(epoch int, loss float64) {
		r.Show.Describe(fmt.Sprintf("%s epoch %d/%d loss %.3f", label, epoch+1, c.set.Epochs, loss))
		r.Show.Add(1)
	})
}

// epochRows lists the finished epochs.
func (t *training) epochRows() []EpochRow {
	rows := make([]EpochRow, len(t.losses))
	for e, loss := range t.losses {
		last := (e+1)*t.perEpoch() - 1
		rows[e] = EpochRow{Epoch: e + 1, Loss: loss, LR: t.set.rate(last, t.perEpoch()), Method: t.method, Seed: t.seed}
	}
	return rows
}

// finish writes the run's checkpoint and removes the cells' state
// files, which are no longer needed.
func (r *Run) finish() error {
	files := map[string]string{}
	for _, seed := range r.Config.Seeds {
		for _, method := range r.Config.Methods {
			if path := r.statePath(method, seed); exists(path) {
				files[cellPrefix(method, seed)] = path
			}
		}
	}
	if len(files) > 0 || !exists(r.Dir.File(CheckpointFile)) {
		if err := mergeCells(r.Dir.File(CheckpointFile), files, r.Config.Fingerprint); err != nil {
			return err
		}
	}
	return os.RemoveAll(r.Dir.File(cellsFolder))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
