package plan

import (
	"math"
	"strings"
	"testing"

	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/internal/evaltest"
	"frontdoor/internal/procmem"
	"frontdoor/method"
)

// manyTemplates is a run of CDC with so many templates that everything costs some
// memory, and one of its cells.
func manyTemplates(t *testing.T) (*protocol.Data, rundir.Cell) {
	r := evaltest.Data(t, "cdc")
	set := r.Config.Settings["cdc"]
	set.Templates, set.Batch = 32, 4
	r.Config.Settings["cdc"] = set
	return r, rundir.Cell{Dataset: "shape", Shots: 4, Seed: 7, Method: "cdc"}
}

// With less and less memory the choice goes from keeping everything over
// recomputed blocks to ever smaller chunks: each is kept as long as it fits, and
// the next needs less. What the process holds already shifts all of them alike,
// so the steps down are taken from the forecasts.
func TestFitMemoryStepByStep(t *testing.T) {
	r, cell := manyTemplates(t)
	p := newPlanner(r)
	defer rundir.Memory{}.Apply(r.Model)
	choice := func(available int64) (rundir.Memory, *expected, bool) {
		r.Config.Memory = nil
		if _, _, err := p.fit(cell, Auto, available); err != nil {
			t.Fatal(err)
		}
		got := r.Config.Memory[cell.Kind()]
		w, err := p.workWith(cell, got)
		if err != nil {
			t.Fatal(err)
		}
		f := p.sizes(w)
		return got, f, f.least() <= int64((1-reserve)*float64(available))
	}
	kept := map[rundir.Memory]bool{} // whether, not how small
	last, f, fits := choice(procmem.Unlimited)
	for fits {
		kept[rundir.Memory{Recompute: last.Recompute, MaxRows: min(1, last.MaxRows), TestBatch: min(1, last.TestBatch)}] = true
		enough := int64(math.Ceil(float64(f.least())/(1-reserve))) + 1
		if got, _, _ := choice(enough); got != last {
			t.Errorf("%d bytes suffice for %q; chosen was %q", enough, last, got)
		}
		next, g, ok := choice(enough - 1<<10)
		if ok && g.least() >= f.least() {
			t.Fatalf("with less memory %q follows %q and needs %d bytes after %d", next, last, g.least(), f.least())
		}
		last, f, fits = next, g, ok
	}
	for _, want := range []rundir.Memory{
		{}, {TestBatch: 1}, {Recompute: true, TestBatch: 1}, {Recompute: true, MaxRows: 1, TestBatch: 1},
	} {
		if !kept[want] {
			t.Errorf("never %q; the choices were %v", want, kept)
		}
	}
	if !last.Recompute || last.MaxRows < leastRows || last.MaxRows >= 2*leastRows {
		t.Errorf("with too little memory the choice is %q", last)
	}
}

func TestFitMemory(t *testing.T) {
	r, cell := manyTemplates(t)
	cdc := cell.Kind()
	choice := func(how string, available int64) (rundir.Memory, string) {
		r.Config.Memory = nil
		note, fits, err := FitMemory(r, how, available)
		if err != nil || fits == strings.Contains(note, "not suffice") {
			t.Fatal(note, fits, err)
		}
		if r.Model.Vision.Transformer.Recompute || r.Model.Text.Saving.MaxRows != 0 {
			t.Error("the choice was left on the model")
		}
		return r.Config.Memory[cdc], note
	}
	if got, note := choice(Auto, procmem.Unlimited); got != (rundir.Memory{}) || note != "" {
		t.Errorf("with all memory: %+v, %q", got, note)
	}
	if got, note := choice(On, procmem.Unlimited); !got.Recompute || got.MaxRows != 0 || note != "" {
		t.Errorf("on: %+v, %q", got, note)
	}
	if got, note := choice(Off, 1<<20); got != (rundir.Memory{}) || !strings.Contains(note, "may not suffice") {
		t.Errorf("off with 1 MiB: %+v, %q", got, note)
	}
	got, note := choice(Auto, 1<<20)
	if !got.Recompute || got.MaxRows == 0 || strings.Contains(note, "\n") {
		t.Errorf("with 1 MiB: %+v, %q", got, note)
	}
	for _, word := range []string{"cdc needs about", "1.00 MiB of memory are available", "recomputed", "times as long", "may not suffice"} {
		if !strings.Contains(note, word) {
			t.Errorf("the line %q does not say %q", note, word)
		}
	}
	r.Config.Memory = map[string]rundir.Memory{cdc: {MaxRows: 99}}
	if note, _, err := FitMemory(r, Auto, 1<<20); err != nil || note != "" || r.Config.Memory[cdc].MaxRows != 99 {
		t.Errorf("a choice that was there became %+v: %q, %v", r.Config.Memory, note, err)
	}
}

// What trains on nothing has no steps that could take longer.
func TestFitMemoryWithoutTraining(t *testing.T) {
	r, _ := manyTemplates(t)
	for _, m := range method.All {
		if !m.Trained() {
			r.Config.Methods, r.Config.Memory = []string{m.Name}, nil
			if note, _, err := FitMemory(r, Auto, 1); err != nil || !strings.Contains(note, "may not suffice") || strings.Contains(note, "as long") {
				t.Errorf("%s: %q, %v", m.Name, note, err)
			}
		}
	}
}

// A batch of more images than there are is planned as one of all of them, and not
// allocated as it is announced.
func TestFitMemoryOfALargeBatch(t *testing.T) {
	r := evaltest.Data(t, "coop")
	set := r.Config.Settings["coop"]
	p := &planner{Data: *r}
	want := p.trainBatch(r.Config.Cells()[0], set, 8)
	set.Batch = 1 << 30
	r.Config.Settings["coop"] = set
	if got := p.trainBatch(r.Config.Cells()[0], set, 8); want != 8 || got != r.Config.Shots*8 {
		t.Errorf("%d images at once of a batch of 8, %d of all, want 8 and %d", want, got, r.Config.Shots*8)
	}
	if note, fits, err := FitMemory(r, Auto, 1<<40); err != nil || !fits || note != "" {
		t.Errorf("%q, %v, %v", note, fits, err)
	}
}
