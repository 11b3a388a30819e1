package eval

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/internal/procmem"
	"frontdoor/internal/term"
)

// Run is a run in progress: what to do, with what, and where it goes.
type Run struct {
	Config  *Config
	Model   *clip.Model
	Dataset *data.Dataset // that is trained on at the moment
	Report  *data.Report  // images left out are counted here
	Dir     *RunDir
	Show    term.Reporter
	Plan    *Plan // what is expected, or nil; results hold it beside what was measured

	// Open opens a dataset by its name. A run that needs no other dataset than
	// Dataset may leave it out.
	Open func(ctx context.Context, name string) (*data.Dataset, error)
	// Shard is the part of the cells to compute.
	Shard Shard

	cells    finished
	results  Results
	load     *loader
	source   string // name of Dataset in the configuration
	targets  map[string]*data.Dataset
	reported int // steps of the current cell that were counted

	studyLoad *loader // for pictures of the study alone
}

// Steps returns the length of the progress bar: one for each cell, and its
// training steps if all classes have enough images.
func (r *Run) Steps() int {
	n := 0
	for _, cell := range r.Shard.Of(r.Config.Cells()) {
		n += r.steps(cell)
	}
	return n
}

func (r *Run) steps(cell Cell) int {
	if Untrained(cell.Method) || r.Config.Load != "" {
		return 1
	}
	set, _ := r.Config.set(cell.Dataset)
	classes := len(set.Classes)
	if r.half() == data.Base {
		base, _ := data.BaseNew(set.Classes)
		classes = len(base)
	}
	s := r.Config.For(cell)
	return 1 + s.Epochs*max(1, cell.Shots*classes/max(1, s.Batch))
}

// half is the set of classes that the protocol trains on.
func (r *Run) half() data.Half {
	if r.Config.Protocol == "base2new" {
		return data.Base
	}
	return data.All
}

// Do trains and evaluates every cell that is not finished yet, writing the run
// folder as it goes. It returns the results of all cells. When ctx ends it
// returns ctx's error and leaves a folder that a later call continues.
func (r *Run) Do(ctx context.Context) (*Results, error) {
	if err := os.MkdirAll(r.Dir.File(cellsFolder), 0o755); err != nil {
		return nil, fmt.Errorf("run folder %s cannot be written: %w", r.Dir.Path, rootCause(err))
	}
	cells := r.Shard.Of(r.Config.Cells())
	var err error
	if r.cells, err = readCells(r.Dir.Path, cells); err != nil {
		return nil, err
	}
	for i, cell := range cells {
		r.reported = 0
		if r.cells[cell.Name()] == nil {
			err := r.cell(ctx, cell, i, len(cells))
			if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
				return nil, err
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", cell, err)
			}
		}
		r.count(r.steps(cell) - r.reported)
	}
	if r.results, err = r.Dir.writeTables(r.Config, r.cells); err != nil || !r.Shard.Whole() {
		return &r.results, err
	}
	return &r.results, r.Dir.writeCheckpoint(r.Config)
}

// count moves the progress bar on.
func (r *Run) count(n int) {
	r.reported += n
	r.Show.Add(n)
}

// cell trains and evaluates a cell and adds it to the finished ones.
func (r *Run) cell(ctx context.Context, id Cell, at, of int) error {
	label := id.Method + fmt.Sprintf(" seed %d", id.Seed)
	if r.Config.Sweep() {
		label = id.String()
	}
	if of > 1 {
		label = fmt.Sprintf("%d/%d %s", at+1, of, label)
	}
	r.Show.Describe(label)
	if err := r.openFor(ctx, id); err != nil {
		return err
	}
	r.load.thrift = r.Config.Thrift[id.special()]
	r.load.thrift.apply(r.Model)
	procmem.ResetPeak()
	begun := time.Now()
	c, err := r.newCell(ctx, id)
	if err != nil {
		return err
	}
	if err := r.train(ctx, c, label); err != nil {
		return err
	}
	seconds := c.seconds()
	r.Show.Describe(label + " testing")
	tested := time.Now()
	rows, err := r.evaluate(ctx, c)
	if err == nil {
		err = ctx.Err() // an image of the last batch may have ended the run
	}
	if err != nil {
		return err
	}
	rows[0].TrainSeconds, rows[0].PeakBytes = Value(seconds), procmem.Peak()
	rows[0].Plan = r.Plan.For(id).beside(c.prepared(begun, tested), time.Since(tested).Seconds())
	if n := c.total(); n > 0 {
		rows[0].StepSeconds = Value(seconds / float64(n))
	}
	f := &cellFile{Cell: id, Rows: rows, Epochs: c.epochRows(), LeftOut: r.Report.Problems()}
	if err := r.Dir.writeCell(f); err != nil {
		return err
	}
	r.cells[id.Name()] = f
	r.results, err = r.Dir.writeTables(r.Config, r.cells)
	return err
}

// openFor makes the cell's dataset the current one. What was cached of another
// one is let go, so that memory is bounded however many datasets there are.
func (r *Run) openFor(ctx context.Context, id Cell) error {
	if r.load != nil && r.source == id.Dataset {
		return nil
	}
	if r.Open != nil && (r.Dataset == nil || len(r.Config.Sets()) > 1) {
		r.Dataset = nil
		ds, err := r.Open(ctx, id.Dataset)
		if err != nil {
			return err
		}
		r.Dataset = ds
	}
	r.source, r.targets, r.load, r.studyLoad = id.Dataset, nil, newLoader(r.Model, r.Report), nil
	return nil
}

func (r *Run) newCell(ctx context.Context, id Cell) (*cell, error) {
	if r.Config.Load != "" {
		return r.loadedCell(id)
	}
	c, err := newCell(ctx, r.Model, r.Dataset, r.half(), id.Method, r.Config.For(id), id.Shots, id.Seed, r.load)
	if err != nil {
		return nil, err
	}
	c.id = id
	return c, nil
}

// train trains a cell, from where an earlier process left it if there is a
// state file.
func (r *Run) train(ctx context.Context, c *cell, label string) error {
	if c.total() == 0 {
		return nil
	}
	path, owner := r.Dir.statePath(c.id), r.Config.owner(c.id)
	resumed, err := c.restore(path, owner)
	if err != nil {
		return err
	}
	if !resumed {
		if err := c.calibrate(ctx); err != nil {
			return err
		}
	}
	if r.Config.Curve {
		c.probe = r.probe(c)
	}
	r.count(c.step)
	save := func() error {
		if err := c.save(path, owner); err != nil {
			return err
		}
		return r.Dir.WriteEpochs(append(r.cells.epochs(r.Config), c.epochRows()...))
	}
	return c.run(ctx, save, func(epoch int, loss float64) {
		r.Show.Describe(fmt.Sprintf("%s epoch %d/%d loss %.3f", label, epoch+1, c.set.Epochs, loss))
		r.count(1)
	})
}

// epochRows lists the finished epochs.
func (c *cell) epochRows() []EpochRow {
	rows := make([]EpochRow, len(c.losses))
	for e, loss := range c.losses {
		last := (e+1)*c.perEpoch() - 1
		rows[e] = EpochRow{Method: c.method, Seed: c.seed, Epoch: e + 1, Loss: loss, LR: c.set.rate(last, c.perEpoch()),
			Dataset: c.half.Name, Shots: c.id.Shots, M: c.set.Templates}
		if e < len(c.curve) {
			rows[e].Base, rows[e].New, rows[e].Accuracy = c.curve[e].Base, c.curve[e].New, c.curve[e].Accuracy
		}
	}
	return rows
}
