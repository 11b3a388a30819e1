package eval

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"frontdoor/data"
	"frontdoor/eval/kept"
	"frontdoor/eval/promise"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/eval/score"
	"frontdoor/eval/train"
	"frontdoor/internal/setting"
)

// Calibration is the search for a promise about the answers of a cell of a run:
// two thresholds, set on images that the cell was not trained on.
type Calibration struct {
	Run     *Trained
	Cell    rundir.Cell
	Dataset *data.Dataset // of the cell, with all classes
	Report  *data.Report  // images that cannot be read are counted here
	Risk    float64       // the largest share of wrong answers
	// Folds, if not 0, also asks about the training images, in so many parts, of
	// which each is answered by a learner that was trained without it: a head that
	// is fitted in a moment or, if the calibration is Thorough, the method itself.
	Folds    int
	Thorough bool
	// Check is that of Run; may be nil.
	Check func() error
	// Kept has features of images on disk; nil for none.
	Kept *kept.Folder

	load     *train.Loader
	classes  []string
	answered []answered
	signal   rundir.Signal
}

// answered is an image of a known class and what was answered.
type answered struct {
	promise.Scored
	doubt float64 // that it is any of the classes
}

// Promise sets the thresholds. The unfamiliar are told by the uncertainty or, of a
// softmax, by the largest logit, with strangers of the dataset, with the classes that were not trained on, or with
// parts of the classes left out; the unsure by the largest probability, among
// what is familiar.
func (c *Calibration) Promise(ctx context.Context) (*rundir.Promise, error) {
	c.load = train.NewLoader(c.Run.Model, c.Report)
	c.load.Keep(c.Kept, c.Check)
	c.classes, _ = protocol.TrainedClasses(c.Run.Protocol, c.Dataset.Classes)
	held := c.heldOut()
	l, err := c.Run.CellLearner(c.Cell, c.classes)
	if err != nil {
		return nil, err
	}
	strangers, from, err := c.strangers(ctx, l, held)
	if err != nil {
		return nil, err
	}
	p := &rundir.Promise{Cell: c.Cell, Classes: c.classes, Asked: c.Risk, Strangers: from}
	p.Images = fmt.Sprintf("%d images that were not trained on", len(c.answered))
	if c.Folds > 0 {
		if strangers, err = c.inFolds(ctx, l, p, strangers); err != nil {
			return nil, err
		}
	}
	if len(c.answered) == 0 {
		return nil, setting.Errorf("there is no image of %s that was not trained on: add some, take fewer {shots}, or calibrate with {folds}", c.Dataset.Name)
	}
	p.Signal = c.signal
	c.familiar(p, strangers)
	c.known(p)
	return p, nil
}

// heldOut lists the images of the cell's classes that it was not trained on.
func (c *Calibration) heldOut() []data.Item {
	half := trainedHalf(c.Run.Protocol)
	used := map[string]bool{}
	if c.Cell.How().Trained() {
		for _, it := range data.Subset(c.Dataset.FewShot(c.Cell.Shots, int64(c.Cell.Seed)), half).Train {
			used[it.Name()] = true
		}
	}
	all := data.Subset(c.Dataset, half)
	held := slices.Concat(all.Train, all.Val, all.Test)
	return slices.DeleteFunc(held, func(it data.Item) bool { return used[it.Name()] })
}

// trainedHalf is the part of the classes that a protocol trains on.
func trainedHalf(name string) data.Half {
	return (&protocol.Data{Config: &rundir.Config{Protocol: name}}).Half()
}

// answers lists the answers on images.
func answers(o *score.Outcome) []answered {
	doubt, _ := o.Doubt()
	all := make([]answered, len(doubt))
	for i, s := range o.Scored() {
		all[i] = answered{s, doubt[i]}
	}
	return all
}

// own lists answers of the cell's method.
func (c *Calibration) own(o *score.Outcome) []answered {
	_, c.signal = o.Doubt() // the same for all of them
	return answers(o)
}

// note keeps the method's answers on images.
func (c *Calibration) note(o *score.Outcome) { c.answered = append(c.answered, c.own(o)...) }

// worst is how many strangers are named.
const worst = 5

// familiar sets the threshold of doubt.
func (c *Calibration) familiar(p *rundir.Promise, strangers []rundir.Stranger) {
	known, strange := make([]float64, len(c.answered)), make([]float64, len(strangers))
	for i, a := range c.answered {
		known[i] = a.doubt
	}
	for i, s := range strangers {
		strange[i] = s.Doubt
	}
	table, take := promise.Familiar(known, strange)
	p.Familiar = table[take]
	p.Others = slices.Delete(table, take, take+1)
	slices.SortStableFunc(strangers, func(a, b rundir.Stranger) int { return cmp.Compare(a.Doubt, b.Doubt) })
	p.Worst = strangers[:min(worst, len(strangers))]
}

// known sets the threshold of probability, among the familiar images.
func (c *Calibration) known(p *rundir.Promise) {
	var familiar []promise.Scored
	for _, a := range c.answered {
		if a.doubt <= p.Familiar.Threshold {
			familiar = append(familiar, a.Scored)
		}
	}
	p.Known = promise.Choose(familiar, c.Risk)
	p.Known.N = len(c.answered)
}

// OpenDataset opens the dataset of a cell of a run as it was trained on; data, if not
// empty, says where its files are now. The folder knows which images can be
// decoded; it may be nil.
func (t *Trained) OpenDataset(ctx context.Context, cell rundir.Cell, from string, folder *kept.Folder) (*data.Dataset, *data.Report, error) {
	if from == "" {
		from = t.Data
	}
	turn := data.AllStored
	if t.Upright() {
		turn = data.AllUpright
	}
	opt := data.OpenOptions{Data: from, Size: t.Model.Config.Vision.Image, Orientation: turn}
	if folder != nil {
		opt.Verify = func(items []data.Item) []error { return folder.Verify(ctx, items) }
	}
	ds, report, err := data.Open(ctx, cell.Dataset, opt)
	if err != nil {
		return nil, nil, err
	}
	return ds, report, t.SameSplits(map[string]string{cell.Dataset: ds.Fingerprint(from)}, t.dir)
}
