package plan

import (
	"fmt"
	"slices"
	"time"

	"frontdoor/clip"
	"frontdoor/internal/parallel"
	"frontdoor/internal/procmem"
	"frontdoor/internal/term"
	"frontdoor/simd"
)

// Table shows the plan in at most so many columns of a terminal, or any number for
// 0: a line for each phase, and their total.
func (p *Plan) Table(columns int) string {
	t := term.Table{
		Header: []string{"phase", "FLOPs", "activations", "time", "peak memory"},
		Align:  []term.Align{term.Left, term.Right, term.Right, term.Right, term.Right},
	}
	total := Phase{Name: "total"}
	for _, ph := range p.Phases {
		t.Rows = append(t.Rows, ph.cells())
		total.Flops += ph.Flops
		total.Seconds += ph.Seconds
		total.Bytes = max(total.Bytes, ph.Bytes)
		total.Peak = max(total.Peak, ph.Peak)
	}
	t.Rows = append(t.Rows, total.cells())
	return t.Fit(columns)
}

// cells are the phase's texts.
func (p Phase) cells() []string {
	bytes := func(n int64) string {
		if n == 0 {
			return "-"
		}
		return term.Bytes(n)
	}
	return []string{p.Name, flops(p.Flops), bytes(p.Bytes), term.Duration(time.Duration(p.Seconds * 1e9)), bytes(p.Peak)}
}

// flops writes a number of operations.
func flops(n float64) string {
	if n == 0 {
		return "-"
	}
	for _, unit := range []string{"", " k", " M", " G", " T"} {
		if n < 1000 {
			return fmt.Sprintf("%.3g%s", n, unit)
		}
		n /= 1000
	}
	return fmt.Sprintf("%.4g P", n)
}

// Loaded puts the loading of the model, which is over, before the other phases.
func (p *Plan) Loaded(m *clip.Model, took time.Duration) {
	p.Phases = slices.Insert(p.Phases, 0, Phase{Name: "load (measured)", Bytes: m.Bytes(), Seconds: took.Seconds(), Peak: p.base})
}

// Machine says in a line what the plan was calculated with.
func (p *Plan) Machine(available int64) string {
	limit := "memory without a known limit"
	if available < procmem.Unlimited {
		limit = term.Bytes(available) + " of memory available"
	}
	return fmt.Sprintf("%s kernels on %d threads, up to %.0f GFLOPS forward and %.0f backward in a training step, %s",
		simd.Kernel(), parallel.Threads(), p.speed.forward/1e9, p.speed.backward/1e9, limit)
}
