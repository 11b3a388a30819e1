package eval

import (
	"context"
	"math"
	"strings"
	"testing"

	"frontdoor/autograd"
	"frontdoor/data"
	"frontdoor/internal/term"
	"frontdoor/prompt"
)

// everyMethod is a small run of all methods, with more rows than the least.
func everyMethod(t testing.TB) *Run {
	t.Helper()
	r := smallRun(t, nil, term.Silent{})
	r.Config.Methods = Methods
	for _, method := range Methods {
		r.Config.Settings[method] = RecipeFor(r.Model, method, "base2new", 4, Settings{Epochs: 2, Batch: 8, Templates: 2})
	}
	return r
}

// The formulas for a step of each method come to what the tape's arena holds
// after one, also with blocks recomputed and classes in chunks.
func TestCostsAreWhatAStepHolds(t *testing.T) {
	r := everyMethod(t)
	half := data.Subset(r.Dataset, data.Base)
	load := newLoader(r.Model, new(data.Report))
	for _, thrift := range []Thrift{{}, {Recompute: true}, {Recompute: true, MaxRows: 200}} {
		off := 0.15
		if thrift.MaxRows > 0 { // chunks of many sizes share memory, but not all of it
			off = 0.3
		}
		thrift.apply(r.Model)
		for _, method := range append([]string{"cdc-shared", "cdc-student"}, Methods...) {
			if Untrained(method) {
				continue
			}
			set := RecipeFor(r.Model, method, "base2new", 4, Settings{Batch: 8, Templates: 2})
			l, err := NewLearner(r.Model, method, r.Dataset.Template, set, 7)
			if err != nil {
				t.Fatal(err)
			}
			if err := l.SetClasses(half.Classes); err != nil {
				t.Fatal(err)
			}
			costs, err := l.(prompt.Costing).Costs(half.Classes, set.Batch, testBatch)
			if err != nil {
				t.Fatal(err)
			}
			tp := autograd.NewTape()
			b := prompt.Batch{Labels: make([]int, set.Batch)}
			which := []int{0, 1, 2, 3, 4, 5, 6, 7}
			side := r.Model.Config.Vision.Image
			b.Images = autograd.Zeros(len(l.Views())*set.Batch, 3, side, side)
			if err := load.views(b.Images.Data, half.Train, which, l.Views(), 7, 0); err != nil {
				t.Fatal(err)
			}
			tp.Backward(l.Loss(tp, b))
			got, want := tp.ArenaBytes(), stepBytes(costs.Step)
			if ratio := float64(want) / float64(got); math.Abs(ratio-1) > off {
				t.Errorf("%s, %v: a step holds %d bytes, the formula says %d (%.2f)", method, thrift, got, want, ratio)
			}
		}
	}
	Thrift{}.apply(r.Model)
}

// A plan has an estimate for every cell, and its operations follow the sizes.
func TestPlanFollowsTheRun(t *testing.T) {
	r := everyMethod(t)
	flops := func() map[string]float64 {
		plan, err := NewPlan(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		lines := map[string]float64{}
		for _, ph := range plan.Phases {
			lines[ph.Name] = ph.Flops
			if !(ph.Seconds > 0) || math.IsInf(ph.Seconds, 0) {
				t.Errorf("%s takes %v s", ph.Name, ph.Seconds)
			}
		}
		for _, c := range r.Config.Cells() {
			f := plan.For(c)
			if f == nil || f.PeakBytes <= 0 || (f.StepSeconds > 0) == Untrained(c.Method) {
				t.Errorf("%s: forecast %+v", c, f)
			}
		}
		return lines
	}
	once := flops()
	for method, set := range r.Config.Settings {
		set.Epochs *= 2
		r.Config.Settings[method] = set
	}
	for name, n := range flops() {
		want := once[name]
		if strings.HasSuffix(name, ": training") {
			want *= 2
		}
		if math.Abs(n-want) > 1e-9*want {
			t.Errorf("%s with twice the epochs: %v operations, before %v", name, n, once[name])
		}
	}
	if r.Plan != nil || r.load != nil {
		t.Error("planning began the run")
	}
}

// A pause of the machine while it is probed does not become the estimate.
func TestProbesLeavePausesOut(t *testing.T) {
	if got := undisturbed([]float64{2, 100, 4}); got != 3 {
		t.Errorf("of 2, 100 and 4: %v", got)
	}
	if got := typical([]float64{2, 100, 4, 90}); got != 3 {
		t.Errorf("of 2, 100, 4 and 90: %v", got)
	}
	if got := undisturbed([]float64{2}); got != 2 || undisturbed(nil) != 0 {
		t.Errorf("of 2 alone: %v", got)
	}
}

// Without a plan there are no forecasts, and rows hold none.
func TestNoPlan(t *testing.T) {
	var p *Plan
	if f := p.For(Cell{}).beside(1, 2); f != nil {
		t.Errorf("a missing plan expects %+v", f)
	}
}
