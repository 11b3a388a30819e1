package eval

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"frontdoor/clip"
	"frontdoor/internal/procmem"
	"frontdoor/internal/term"
	"frontdoor/prompt"
)

// Thrift says how a method trades time for memory. The zero value keeps
// everything.
type Thrift struct {
	// Recompute keeps of a block what goes in and computes the rest once more in
	// the backward. It changes no bit of the results.
	Recompute bool `json:"recompute,omitempty"`
	// MaxRows, if not 0, encodes the classes in chunks of so many rows of the
	// text tower, each once more in the backward. Sums over classes then run in
	// another order: results agree to rounding.
	MaxRows int `json:"max_rows,omitempty"`
	// TestBatch, if not 0, is how many images are classified at once. It changes
	// no bit either.
	TestBatch int `json:"test_batch,omitempty"`
}

// apply sets the switches of a model.
func (t Thrift) apply(m *clip.Model) {
	m.Vision.Transformer.Recompute = t.Recompute
	m.Text.Transformer.Recompute = t.Recompute && t.MaxRows == 0 // a chunk is computed again as it is
	m.Text.Saving.MaxRows = t.MaxRows
}

// String says it in words.
func (t Thrift) String() string {
	var parts []string
	if t.Recompute {
		parts = append(parts, "blocks are computed again in the backward")
	}
	if t.MaxRows > 0 {
		parts = append(parts, fmt.Sprintf("classes go in chunks of %d rows", t.MaxRows))
	}
	if t.TestBatch > 0 {
		parts = append(parts, fmt.Sprintf("test images come %d at a time", t.TestBatch))
	}
	if parts == nil {
		return "everything is kept"
	}
	return strings.Join(parts, ", ")
}

// batch is how many test images are classified at once.
func (t Thrift) batch() int {
	if t.TestBatch > 0 {
		return t.TestBatch
	}
	return testBatch
}

// Ways of -checkpoint-blocks.
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

// ways lists the thrifts that are tried in turn, from the fastest on.
func ways(how string, rows int) []Thrift {
	var all []Thrift
	switch how {
	case Off:
		return []Thrift{{}}
	case On:
		all = []Thrift{{Recompute: true}}
	default:
		all = []Thrift{{}, {Recompute: true}}
	}
	for n := (rows + 1) / 2; n >= leastRows; n /= 2 {
		all = append(all, Thrift{Recompute: true, MaxRows: n})
	}
	return all
}

// KeepWithin has the garbage collector work harder when the process comes near
// to so many bytes in all, which a plan must fit into: garbage then takes what
// is left and no more.
func KeepWithin(available int64) {
	if available == procmem.Unlimited {
		return
	}
	base := procmem.Resident()
	_, heap := procmem.Collector()
	debug.SetMemoryLimit(max(heap, int64((1-reserve/2)*float64(available))-max(0, base-heap)))
}

// Economize chooses for each sort of cells the fastest thrift with which it is
// expected to stay within the available bytes, and stores it in the run's
// configuration; how is Auto, On or Off. Sorts that the configuration has a
// choice for keep it. It returns a line that says what was chosen and why, or ""
// if nothing had to be, and whether everything will fit.
func Economize(r *Run, how string, available int64) (line string, fits bool, err error) {
	p := newPlanner(r)
	defer Thrift{}.apply(r.Model)
	var notes []string
	fits = true
	seen := map[string]bool{}
	for _, c := range r.Config.Cells() {
		if _, chosen := r.Config.Thrift[c.special()]; chosen || seen[c.special()] {
			continue
		}
		seen[c.special()] = true
		note, enough, err := p.economize(c, how, available)
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

// economize chooses for cells such as c.
func (p *planner) economize(c Cell, how string, available int64) (note string, fits bool, err error) {
	var first, f *Forecast
	var chosen Thrift
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
		for n := testBatch; f.test > limit && n > 1 && how != Off; f = p.sizes(w) {
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
	if chosen != (Thrift{}) {
		if p.Config.Thrift == nil {
			p.Config.Thrift = map[string]Thrift{}
		}
		p.Config.Thrift[c.special()] = chosen
	}
	fits = f.least() <= available
	if fits && (chosen == Thrift{} || how == On && chosen == Thrift{Recompute: true}) {
		return "", true, nil
	}
	note = fmt.Sprintf("%s needs about %s, so %s (%s", c.variant(), term.Bytes(first.least()), chosen, term.Bytes(f.least()))
	if chosen.Recompute {
		note += fmt.Sprintf(", steps about %.1f times as long", f.StepFlops/first.StepFlops)
	}
	if note += ")"; !fits {
		note += ", which may not suffice: take fewer -templates or a smaller -batch"
	}
	return note, fits, nil
}

// sizes is a forecast without seconds.
func (p *planner) sizes(w *work) *Forecast {
	passes := p.steps(w)
	f := &Forecast{StepFlops: operations(passes), StepBytes: p.stepBytes(w)}
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
