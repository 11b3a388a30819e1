package plan

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/internal/procmem"
	"frontdoor/internal/term"
	"frontdoor/prompt"
)

// Ways of -recompute.
const (
	Auto = "auto"
	On   = "on"
	Off  = "off"
)

// leastRows is the smallest chunk that is tried.
const leastRows = 256

// reserve is the share of the available memory that a plan leaves free, since
// it is an estimate.
const reserve = 0.1

// ways lists the memory savings that are tried in turn, from the fastest on.
func ways(how string, rows int) []rundir.Memory {
	var all []rundir.Memory
	switch how {
	case Off:
		return []rundir.Memory{{}}
	case On:
		all = []rundir.Memory{{Recompute: true}}
	default:
		all = []rundir.Memory{{}, {Recompute: true}}
	}
	for n := (rows + 1) / 2; n >= leastRows; n /= 2 {
		all = append(all, rundir.Memory{Recompute: true, MaxRows: n})
	}
	return all
}

// LimitMemory sets the Go runtime's memory limit so that the process stays within
// the available bytes, which a plan must fit into: the collector then works
// harder when they come near.
func LimitMemory(available int64) {
	if available == procmem.Unlimited {
		return
	}
	base := procmem.Resident()
	_, heap := procmem.Collector()
	debug.SetMemoryLimit(max(heap, int64((1-reserve/2)*float64(available))-max(0, base-heap)))
}

// FitMemory picks, for each kind of cell, the fastest memory saving with which
// it is expected to stay within the available bytes, and stores it in the run's
// configuration; how is Auto, On or Off. Kinds that the configuration has a
// choice for keep it. It returns a line that says what was chosen and why, or ""
// if nothing had to be, and whether everything will fit.
func FitMemory(d *protocol.Data, how string, available int64) (line string, fits bool, err error) {
	p := newPlanner(d)
	defer rundir.Memory{}.Apply(d.Model)
	var notes []string
	fits = true
	seen := map[string]bool{}
	for _, c := range d.Config.Cells() {
		if _, chosen := d.Config.Memory[c.Kind()]; chosen || seen[c.Kind()] {
			continue
		}
		seen[c.Kind()] = true
		note, enough, err := p.fit(c, how, available)
		if err != nil {
			return "", false, fmt.Errorf("%s: %w", c, err)
		}
		fits = fits && enough
		if note != "" && !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	if len(notes) == 0 {
		return "", fits, nil
	}
	return fmt.Sprintf("%s of memory are available: %s", term.Bytes(available), strings.Join(notes, "; ")), fits, nil
}

// fit chooses for cells such as c.
func (p *planner) fit(c rundir.Cell, how string, available int64) (note string, fits bool, err error) {
	var first, f *expected
	var chosen rundir.Memory
	rows, limit := 0, int64((1-reserve)*float64(available))
	for i := 0; i == 0 || i < len(ways(how, rows)); i++ {
		chosen = ways(how, rows)[i]
		w, err := p.workWith(c, chosen)
		if err != nil {
			return "", false, err
		}
		if f = p.sizes(w); i == 0 {
			first, rows = f, textRows(w)
		}
		for n := rundir.TestBatch; f.test > limit && n > 1 && how != Off; f = p.sizes(w) {
			n /= 2
			chosen.TestBatch = n
			if w, err = p.workWith(c, chosen); err != nil {
				return "", false, err
			}
		}
		if f.least() <= limit {
			break
		}
	}
	if chosen != (rundir.Memory{}) {
		if p.Config.Memory == nil {
			p.Config.Memory = map[string]rundir.Memory{}
		}
		p.Config.Memory[c.Kind()] = chosen
	}
	fits = f.least() <= available
	if fits && (chosen == rundir.Memory{} || how == On && chosen == rundir.Memory{Recompute: true}) {
		return "", true, nil
	}
	note = fmt.Sprintf("%s needs about %s, so %s (%s", c.Variant(), term.Bytes(first.least()), chosen, term.Bytes(f.least()))
	if chosen.Recompute && first.StepFlops > 0 { // what trains on nothing has no steps
		note += fmt.Sprintf(", steps about %.1f times as long", f.StepFlops/first.StepFlops)
	}
	if note += ")"; !fits {
		note += ", which may not suffice: take fewer templates or a smaller batch"
	}
	return note, fits, nil
}

// sizes is what is expected of a cell, without seconds.
func (p *planner) sizes(w *work) *expected {
	passes := p.steps(w)
	f := &expected{Forecast: &rundir.Forecast{StepFlops: operations(passes), StepBytes: p.stepBytes(w)}}
	p.memory(f, w, new(phases))
	return f
}

// textRows is how many rows a step has in the text tower.
func textRows(w *work) (n int) {
	for _, pass := range w.costs.Step {
		if pass.Tower == prompt.Text {
			n += pass.Rows
		}
	}
	return n
}
