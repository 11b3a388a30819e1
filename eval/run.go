package eval

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/kept"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/eval/train"
	"frontdoor/internal/procmem"
	"frontdoor/method"
)

// Reporter is told how far a run is.
type Reporter interface {
	// Add counts n more steps as finished.
	Add(n int)
	// Describe says in a few words what is being done now.
	Describe(text string)
}

// Run is a run in progress: what to do, with what, and where it goes.
type Run struct {
	Config  *rundir.Config
	Model   *clip.Model
	Dataset *data.Dataset // the first to train on
	Report  *data.Report  // images left out are counted here
	Dir     *rundir.Dir
	Show    Reporter
	// Forecast returns what is expected of a cell, which results hold beside what
	// was measured. It may be nil.
	Forecast func(rundir.Cell) *rundir.Forecast

	// Check returns an error if what computes has failed, so that a cell's numbers
	// mean nothing. It is asked before they are written, and may be nil.
	Check func() error

	// Kept has features of images on disk; nil for none.
	Kept *kept.Folder

	// Open opens a dataset by its name. A run that needs no other dataset than
	// Dataset may leave it out.
	Open func(ctx context.Context, name string) (*data.Dataset, error)
	// Shard is the part of the cells to compute.
	Shard rundir.Shard

	cells    rundir.Finished
	results  rundir.Results
	data     *protocol.Data
	load     *train.Loader
	reported int // steps of the current cell that were counted

	studyLoad *train.Loader // for pictures of the study alone
}

// Data returns the datasets of the run as they are before it begins, for a
// plan.
func (r *Run) Data() *protocol.Data {
	return &protocol.Data{Config: r.Config, Model: r.Model, Dataset: r.Dataset, Open: r.Open}
}

// Steps returns the length of the progress bar: one for each cell, and its
// training steps.
func (r *Run) Steps() int {
	n := 0
	for _, cell := range r.Shard.Of(r.Config.Cells()) {
		n += r.steps(cell)
	}
	return n
}

func (r *Run) steps(cell rundir.Cell) int {
	if !cell.How().Trained() || r.Config.Load != "" {
		return 1
	}
	if cell.How().Trains == method.Views {
		return 2
	}
	s := r.Config.For(cell)
	return 1 + s.Epochs*s.Steps(r.images(cell))
}

// images is how many images a cell trains on, as far as it is known before its
// dataset is opened: classes may have fewer than the shots.
func (r *Run) images(cell rundir.Cell) (n int) {
	set, _ := r.Config.Set(cell.Dataset)
	classes, _ := protocol.TrainedClasses(r.Config.Protocol, set.Classes)
	if r.Dataset == nil || len(r.Config.Sets()) > 1 {
		return cell.Shots * len(classes)
	}
	count := map[int]int{}
	for _, it := range data.Subset(r.Dataset, trainedHalf(r.Config.Protocol)).Train {
		if count[it.Label]++; count[it.Label] <= cell.Shots {
			n++
		}
	}
	return n
}

// Do trains and evaluates every cell that is not finished yet, writing the run
// folder as it goes. It returns the results of all cells. When ctx ends it
// returns ctx's error and leaves a folder that a later call continues.
func (r *Run) Do(ctx context.Context) (*rundir.Results, error) {
	if r.Config == nil || r.Model == nil || r.Dataset == nil || r.Report == nil || r.Dir == nil || r.Show == nil {
		return nil, errors.New("eval: a Run needs Config, Model, Dataset, Report, Dir and Show")
	}
	cells := r.Shard.Of(r.Config.Cells())
	var err error
	if r.cells, err = r.Dir.ReadCells(cells); err != nil {
		return nil, err
	}
	r.data = r.Data()
	for i, cell := range cells {
		r.reported = 0
		if r.cells[cell.Name()] != nil {
			r.skip(r.steps(cell))
		} else {
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
	if r.results, err = r.Dir.WriteTables(r.Config, r.cells); err != nil || !r.Shard.Whole() {
		return &r.results, err
	}
	return &r.results, errors.Join(r.Dir.WriteCheckpoint(r.Config), r.Dir.WritePredictions(ctx, r.Config))
}

// count moves the progress bar on.
func (r *Run) count(n int) {
	r.reported += n
	r.Show.Add(n)
}

// skip moves the progress bar on by what an earlier process did.
func (r *Run) skip(n int) {
	show, ok := r.Show.(interface{ Skip(n int) })
	if !ok {
		r.count(n)
		return
	}
	r.reported += n
	show.Skip(n)
}

// cell trains and evaluates a cell and adds it to the finished ones.
func (r *Run) cell(ctx context.Context, id rundir.Cell, at, of int) error {
	label := r.label(id, at, of)
	r.Show.Describe(label)
	if err := r.use(ctx, id); err != nil {
		return err
	}
	procmem.ResetPeak()
	begun := time.Now()
	s, err := r.subject(ctx, id)
	if err != nil {
		return err
	}
	if err := r.train(ctx, id, s, label); err != nil {
		if r.Check != nil {
			err = errors.Join(r.Check(), err) // a loss that is NaN because of it
		}
		return err
	}
	r.Show.Describe(label + " testing")
	tested := time.Now()
	seconds := s.Seconds()
	rows, answers, err := r.evaluate(ctx, id, s)
	if err == nil {
		err = ctx.Err() // an image of the last batch may have ended the run
	}
	if r.Check != nil {
		err = errors.Join(r.Check(), err)
	}
	if err != nil {
		return err
	}
	rows[0].TrainSeconds, rows[0].PeakBytes = rundir.Value(seconds), procmem.Peak()
	if r.Forecast != nil {
		rows[0].Plan = r.Forecast(id).Beside(prepared(s, begun, tested), time.Since(tested).Seconds())
	}
	if n := s.Steps(); n > 0 {
		rows[0].StepSeconds = rundir.Value(seconds / float64(n))
	}
	if err := r.Dir.WriteAnswers(id, answers); err != nil {
		return err
	}
	f := &rundir.CellFile{Cell: id, Rows: rows, Epochs: epochRows(id, s), LeftOut: r.Report.Problems()}
	if err := r.Dir.WriteCell(f); err != nil {
		return err
	}
	r.cells[id.Name()] = f
	if err := r.Kept.Save(); err != nil {
		return err
	}
	r.results, err = r.Dir.WriteTables(r.Config, r.cells)
	return err
}

// label names a cell in the progress bar.
func (r *Run) label(id rundir.Cell, at, of int) string {
	label := fmt.Sprintf("%s seed %d", id.Method, id.Seed)
	if r.Config.Sweep() {
		label = id.String()
	}
	if of > 1 {
		label = fmt.Sprintf("%d/%d %s", at+1, of, label)
	}
	return label
}

// prepared is the time in seconds before the training of a cell that began at
// one time and came to its tests at another.
func prepared(s *subject, begun, tested time.Time) float64 {
	if began := s.Began(); !began.IsZero() {
		tested = began
	}
	return tested.Sub(begun).Seconds()
}

// use makes the cell's dataset the current one, and saves memory as is planned
// for the cell. What was cached of another dataset is let go, so that memory is
// bounded however many datasets there are.
func (r *Run) use(ctx context.Context, id rundir.Cell) error {
	changed, err := r.data.Use(ctx, id)
	if err != nil {
		return err
	}
	if changed {
		r.load, r.studyLoad = train.NewLoader(r.Model, r.Report), nil
		r.load.Keep(r.Kept, r.Check)
	}
	memory := r.Config.Memory[id.Kind()]
	r.load.SetBatch(memory.Batch())
	memory.Apply(r.Model)
	return nil
}

func (r *Run) subject(ctx context.Context, id rundir.Cell) (*subject, error) {
	if r.Config.Load != "" {
		return r.loaded(id)
	}
	return newSubject(ctx, r.Model, r.data.Dataset, r.data.Half(), id.How(), r.Config.For(id), id.Shots, id.Seed, r.load)
}

// train trains a cell, from where an earlier process left it if there is a
// state file.
func (r *Run) train(ctx context.Context, id rundir.Cell, s *subject, label string) error {
	if s.Steps() == 0 {
		return nil
	}
	owner := r.Config.Owner(id)
	resumed, err := s.Restore(r.Dir, id, owner)
	if err != nil {
		return err
	}
	if !resumed {
		if err := s.calibrate(ctx); err != nil {
			return err
		}
	}
	if r.Config.Curve {
		s.Probe(r.probe(s))
	}
	r.skip(s.Done())
	save := func() error {
		if err := s.Save(r.Dir, id, owner); err != nil {
			return err
		}
		return r.Dir.WriteEpochs(append(r.cells.Epochs(r.Config), epochRows(id, s)...))
	}
	return s.Run(ctx, save, func(epoch int, loss float64) {
		r.Show.Describe(fmt.Sprintf("%s epoch %d/%d loss %.3f", label, epoch+1, s.settings.Epochs, loss))
		r.count(1)
	})
}

// epochRows lists the finished epochs.
func epochRows(id rundir.Cell, s *subject) []rundir.EpochRow {
	var rows []rundir.EpochRow
	for i, e := range s.Epochs() {
		rows = append(rows, rundir.EpochRow{Method: id.Method, Seed: id.Seed, Epoch: i + 1, Loss: e.Loss, LR: e.LR,
			Dataset: s.half.Name, Shots: id.Shots, M: s.settings.Templates, Base: e.Base, New: e.New, Accuracy: e.Accuracy})
	}
	return rows
}
