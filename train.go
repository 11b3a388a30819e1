package frontdoor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"frontdoor/clip"
	"frontdoor/cuda"
	"frontdoor/data"
	"frontdoor/eval"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/internal/budget"
	"frontdoor/method"
	"frontdoor/simd"
)

// TrainOptions are the choices that [Train] leaves to the caller. Zeros stand for
// the defaults.
type TrainOptions struct {
	// Dir is where the run folder goes, which must not hold a run yet. Without it
	// the run lies in a temporary folder that Close removes; Save keeps it.
	Dir string
	// Resume goes on with a run in Dir that Train began with the same model, dataset
	// and options, and could not end. The result is the same, to the bit.
	Resume bool
	// Method is the name of one of method.All, as cmd/train has them; the default is
	// the method that it compares with the others.
	Method string
	// Shots is how many images of each class are trained on, 16 by default.
	Shots int
	// Seed is that of the run, 1 by default.
	Seed uint64
	// Epochs, Batch and Rate change the recipe of the method for the model: passes
	// over the images, images a step, and the learning rate.
	Epochs, Batch int
	Rate          float64
	// Risk, if it is not 0, makes a promise on images that were not trained on, as
	// cmd/calibrate does.
	Risk float64
	// Progress, if not nil, is told how far the run is, from one goroutine at a time
	// and before Train returns. If it panics, that is Train's error.
	Progress func(Progress)
	// Options are those of the classifier.
	Options []Option
}

// Progress says how far a training is.
type Progress struct {
	Done, Total int    // steps of training and testing
	Text        string // what is being done
}

// Train adapts a CLIP to the classes of a dataset, as cmd/train does, tests it,
// and returns the classifier. model is a file or a folder in any published form,
// or "tiny"; dataset is what data.Open returns, or made by the caller. Training
// takes all classes. An image that cannot be read is left out and is no error:
// Info.LeftOut of the classifier says which are, and why. When ctx ends Train
// returns its error, and with TrainOptions.Resume another one can go on with the
// run in TrainOptions.Dir.
func Train(ctx context.Context, model string, dataset *data.Dataset, t TrainOptions) (*Classifier, error) {
	if ctx == nil {
		return nil, errNoContext
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if model == "" {
		return nil, errNoModel
	}
	if dataset == nil {
		return nil, errors.New("frontdoor: the dataset is nil")
	}
	if err := caught(dataset.Check); err != nil { // a source may panic when it is asked for its name
		return nil, fmt.Errorf("frontdoor: %w", err)
	}
	// A run that is cancelled is waited for: it leaves its folder in order.
	return begin(context.WithoutCancel(ctx), t.Options, func(o *options, gpu *cuda.Device) (*Classifier, error) {
		if err := errors.Join(o.noRun(), o.aRun(), o.turns(dataset.Upright(), "the dataset's images")); err != nil {
			return nil, err
		}
		m, err := budget.Within(ctx, func() (*clip.Model, error) {
			return clip.Load(model, clip.Options{Vocabulary: o.vocabulary, Activation: o.activation})
		}, func(m *clip.Model) { m.Close() })
		if err != nil {
			return nil, err
		}
		place(m, gpu)
		c, err := t.run(ctx, o, model, m, gpu, dataset)
		if err != nil {
			return nil, errors.Join(err, m.Close())
		}
		return c, nil
	})
}

// run trains with a loaded model.
func (t TrainOptions) run(ctx context.Context, o *options, path string, m *clip.Model, gpu *cuda.Device, ds *data.Dataset) (_ *Classifier, err error) {
	if err := o.fit(m, 1); err != nil {
		return nil, err
	}
	config, err := t.config(o, path, m, gpu, ds)
	if err != nil {
		return nil, err
	}
	temporary := ""
	if t.Dir == "" && t.Resume {
		return nil, &OptionError{errors.New("frontdoor: Resume without Dir, where the run is that should go on")}
	}
	if t.Dir == "" {
		if temporary, err = os.MkdirTemp("", "frontdoor-run-"); err != nil {
			return nil, err
		}
		t.Dir = temporary
		defer func() {
			if err != nil {
				os.RemoveAll(temporary)
			}
		}()
	}
	dir, err := t.open(config)
	if err != nil {
		return nil, err
	}
	r := &eval.Run{Config: config, Model: m, Dataset: ds, Report: ds.Report(), Dir: dir}
	if r.Kept, err = o.folder(m, gpu); err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	if gpu != nil {
		r.Check = gpu.Err
	}
	if err := errors.Join(caught(func() error { return t.compute(ctx, r) }), dir.Close()); err != nil {
		return nil, err
	}
	c, err := o.fromRun(r.Trained(), gpu, t.Dir)
	if err == nil {
		c.temporary = temporary
		c.info.LeftOut = r.Report.Problems()
		c.info.Notes = append(slices.Clip(c.info.Notes), ds.Few(config.Shots)...)
	}
	return c, err
}

// open takes hold of the folder of the run, a new one or the one that goes on.
func (t TrainOptions) open(c *rundir.Config) (*rundir.Dir, error) {
	if !t.Resume {
		return rundir.Create(t.Dir)
	}
	begun, err := rundir.ReadConfig(t.Dir)
	if err != nil {
		return nil, err
	}
	if what := begun.Differs(c); what != "" {
		return nil, &OptionError{fmt.Errorf("frontdoor: the run in %s is another: %s", t.Dir, what)}
	}
	return rundir.Open(t.Dir)
}

// compute trains, tests and, if that is wanted, calibrates a run.
func (t TrainOptions) compute(ctx context.Context, r *eval.Run) error {
	if err := r.Dir.WriteJSON(rundir.ConfigFile, r.Config); err != nil {
		return err
	}
	r.Show = &reporter{tell: t.Progress, at: Progress{Total: r.Steps()}}
	results, err := r.Do(ctx)
	if err != nil {
		return err
	}
	for _, p := range results.LeftOut { // those of a run that goes on, too
		r.Report.Add(p.Path, p.Reason)
	}
	if t.Risk == 0 {
		return nil
	}
	c := &eval.Calibration{Run: r.Trained(), Cell: r.Config.Cells()[0], Dataset: r.Dataset, Report: r.Report, Risk: t.Risk, Kept: r.Kept, Check: r.Check}
	p, err := c.Promise(ctx)
	if err != nil {
		return err
	}
	return r.Dir.WritePromise(*p)
}

// config is that of a run over one method and one seed.
func (t TrainOptions) config(o *options, path string, m *clip.Model, gpu *cuda.Device, ds *data.Dataset) (*rundir.Config, error) {
	if t.Method == "" {
		t.Method = method.Proposed().Name
	}
	if _, err := method.ByName(t.Method); err != nil {
		return nil, &OptionError{err}
	}
	if t.Shots == 0 {
		t.Shots = 16
	}
	if t.Seed == 0 {
		t.Seed = 1
	}
	if t.Shots < 1 || !(t.Risk >= 0 && t.Risk < 1) {
		return nil, &OptionError{fmt.Errorf("frontdoor: %d shots and a risk of %v; want at least 1, and 0 to 1", t.Shots, t.Risk)}
	}
	if err := protocol.CheckClasses(m, ds); err != nil {
		return nil, err
	}
	kind, err := data.KindOf(ds.Name)
	var exif *bool // not for rendered pictures
	if upright := ds.Upright(); ds.Task == nil {
		exif = &upright
	}
	c := &rundir.Config{
		Version: rundir.Version, Model: path, Vocabulary: o.vocabulary, Fingerprint: m.Fingerprint(), Backbone: m.Config.Backbone(),
		Dataset: ds.Name, Protocol: "all", Methods: []string{t.Method}, Seeds: []uint64{t.Seed}, Shots: t.Shots,
		EveryImage: err != nil || kind == data.Own,
		Classes:    ds.Classes, Template: ds.Template, Kernel: simd.Rounding(), Exif: exif,
		Splits: map[string]string{ds.Name: ds.Fingerprint("")},
	}
	if gpu != nil {
		c.Kernel, c.Device = gpu.Arithmetic(), gpu.String()
	}
	c.Resolve(m, method.Settings{Epochs: t.Epochs, Batch: t.Batch, LR: t.Rate}, nil)
	if err := protocol.Check(c); err != nil {
		return nil, &OptionError{err}
	}
	return c, nil
}

// reporter hands progress on.
type reporter struct {
	tell func(Progress)
	at   Progress
}

// Add counts steps.
func (r *reporter) Add(n int) {
	r.at.Done += n
	r.say()
}

// Describe says what is being done.
func (r *reporter) Describe(text string) {
	r.at.Text = text
	r.say()
}

func (r *reporter) say() {
	if r.tell != nil {
		r.tell(r.at)
	}
}
