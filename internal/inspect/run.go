package inspect

import (
	"context"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/eval/train"
)

// OfRun is what is doubtful about the images of a run, for its page: those that
// are the same or nearly so, and, with a model, labels that may be wrong. load,
// which may be nil, has features that the run computed.
func OfRun(ctx context.Context, ds *data.Dataset, m *clip.Model, load *train.Loader, opt Options) (*rundir.Findings, error) {
	f := &rundir.Findings{Dataset: ds.Name}
	report := new(data.Report) // the run's own has what cannot be read
	step, end := opt.Progress("compare " + ds.Name)
	all, err := look(ctx, photosOf(ds), false, report, step)
	end()
	if err != nil || len(all) == 0 {
		return f, err
	}
	f.Twins = twins(all)
	if m == nil {
		return f, nil
	}
	if load == nil {
		load = train.NewLoader(m, report)
	}
	step, end = opt.Progress("encode " + ds.Name)
	defer end()
	s, err := see(ctx, m, load, ds, all, step)
	if err != nil {
		return nil, err
	}
	f.Suspects, err = s.suspects()
	return f, err
}
