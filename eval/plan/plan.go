package plan

import (
	"context"
	"fmt"

	"frontdoor/eval/kept"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/prompt"
)

// Plan says what a run is expected to take on this machine, before it runs.
// Operations and bytes come from running the real step on a meter (see
// prompt.MeasureCosts), seconds by dividing through what a probe measured.
type Plan struct {
	Phases []Phase
	cells  map[string]*rundir.Forecast // by Cell.Name
	base   int64                       // resident memory before anything is done
	speed  rate                        // the greatest that the probe saw in training steps
}

// Phase is a line of the plan: what all cells of a method need for a part of
// their work.
type Phase struct {
	Name    string
	Flops   float64 // operations of the towers
	Bytes   int64   // of a training step, what it keeps for its backward or works in; else of a pass
	Seconds float64
	Peak    int64 // resident memory of the process, 0 where it was not estimated
}

// For returns the forecast of a cell, or nil if there is none.
func (p *Plan) For(c rundir.Cell) *rundir.Forecast {
	if p == nil {
		return nil
	}
	return p.cells[c.Name()]
}

// expected is a forecast with the peaks of the two parts of a cell, without
// garbage.
type expected struct {
	*rundir.Forecast
	train, test int64
}

// least is the peak without garbage.
func (e *expected) least() int64 { return max(e.train, e.test) }

// New estimates the shard of a run. It measures this machine for about a second, a
// little more for each further dataset, and changes nothing. What -study measures
// is left out. The folder has features that are there already; it may be nil.
func New(ctx context.Context, d *protocol.Data, shard rundir.Shard, folder *kept.Folder) (*Plan, error) {
	p := newPlanner(d)
	p.kept = folder
	defer rundir.Memory{}.Apply(d.Model)
	plan := &Plan{cells: map[string]*rundir.Forecast{}, base: p.base}
	lines := map[string]*phases{}
	var names []string
	for _, cell := range shard.Of(d.Config.Cells()) { // as the run goes, since what one cell caches serves the next
		if err := ctx.Err(); err != nil { // nothing below looks at it where the data is there
			return nil, err
		}
		if err := p.open(ctx, cell); err != nil {
			return nil, err
		}
		w, err := p.work(cell)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", cell, err)
		}
		name := cell.Variant()
		if lines[name] == nil {
			lines[name], names = newPhases(name), append(names, name)
		}
		if plan.cells[cell.Name()], err = p.cell(ctx, w, cell, lines[name]); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		plan.Phases = append(plan.Phases, lines[name].done()...)
	}
	plan.speed = p.probe.fastest()
	return plan, nil
}

// Working returns the most bytes that a step, or a pass without one, works in.
func (p *Plan) Working() (n int64) {
	for _, phase := range p.Phases {
		n = max(n, phase.Bytes)
	}
	return n
}

// phases are the lines of a method.
type phases struct{ features, training, testing Phase }

func newPhases(method string) *phases {
	return &phases{Phase{Name: method + ": features"}, Phase{Name: method + ": training"}, Phase{Name: method + ": testing"}}
}

// done returns the lines that have anything to say.
func (p *phases) done() (all []Phase) {
	for _, line := range []Phase{p.features, p.training, p.testing} {
		if line.Seconds > 0 {
			all = append(all, line)
		}
	}
	return all
}

// other adds seconds of other work to a line and returns them.
func (l *Phase) other(s float64) float64 {
	l.Seconds += s
	return s
}

// operations is the work of passes in operations.
func operations(passes []prompt.Pass) (n float64) {
	for _, pass := range passes {
		n += pass.Forward + pass.Backward
	}
	return n
}
