package plan

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/eval/train"
	"frontdoor/internal/evaltest"
	"frontdoor/method"
	"frontdoor/prompt"
)

// everyMethod has the data of a small run of all methods.
func everyMethod(t testing.TB) *protocol.Data {
	return evaltest.Data(t, method.Names(method.GroupAll)...)
}

// What a plan counts for a step of each method is what kernels multiply in one, to
// the last multiply-add, and what the tape's arena holds after one, within a
// twentieth; also with blocks recomputed and classes in chunks.
func TestCostsAreWhatAStepTakes(t *testing.T) {
	r := everyMethod(t)
	half := data.Subset(r.Dataset, data.Base)
	load := train.NewLoader(r.Model, new(data.Report))
	for _, memory := range []rundir.Memory{{}, {Recompute: true}, {Recompute: true, MaxRows: 200}} {
		memory.Apply(r.Model)
		for _, name := range append([]string{"cdc-shared", "cdc-student"}, method.Names(method.GroupAll)...) {
			if how := method.Find(name); !how.Trained() || how.Trains == method.Views {
				continue
			}
			set := evaltest.Recipe(t, r.Model, name, method.Settings{Batch: 8, Templates: 2})
			learner := func(m *clip.Model) (prompt.Learner, error) {
				return method.Find(name).New(m, r.Dataset.Template, set, 7)
			}
			costs, err := prompt.MeasureCosts(r.Model, learner, half.Classes, set.Batch, rundir.TestBatch)
			if err != nil {
				t.Fatal(err)
			}
			b := prompt.Batch{Labels: make([]int, set.Batch)}
			which := []int{0, 1, 2, 3, 4, 5, 6, 7}
			side := r.Model.Config.Vision.Image
			step := func(m *clip.Model) int64 {
				l, err := learner(m)
				if err != nil {
					t.Fatal(err)
				}
				if err := l.SetClasses(half.Classes); err != nil {
					t.Fatal(err)
				}
				b.Images = autograd.Zeros(len(l.Views())*set.Batch, 3, side, side)
				if err := load.Views(t.Context(), b.Images.Data, half.Train, which, l.Views(), 7, 0); err != nil {
					t.Fatal(err)
				}
				if prompt.TrainsOnFeatures(l) {
					b.Frozen = r.Model.ImageFeatures(nil, b.Images)
				}
				tp := autograd.NewTape()
				tp.Backward(l.Loss(tp, b))
				return tp.ArenaBytes()
			}
			got := step(r.Model)
			if ratio := float64(costs.StepBytes) / float64(got); math.Abs(ratio-1) > 0.05 {
				t.Errorf("%s, %v: a step holds %d bytes, the meter says %d (%.3f)", name, memory, got, costs.StepBytes, ratio)
			}
			separate := autograd.NewSeparate()
			m, text, vision := *r.Model, *r.Model.Text, *r.Model.Vision
			text.Device, vision.Device = separate, separate
			m.Text, m.Vision = &text, &vision
			step(&m)
			constant := operations(costs.Classes)
			if got, want := float64(2*separate.MultiplyAdds()), operations(costs.Step)+constant; got != want {
				t.Errorf("%s, %v: kernels took %v operations, the meter counts %v", name, memory, got, want)
			}
			b.Frozen = nil
		}
	}
	rundir.Memory{}.Apply(r.Model)
}

// A plan has an estimate for every cell, and its operations follow the sizes.
func TestPlanFollowsTheRun(t *testing.T) {
	r := everyMethod(t)
	flops := func() map[string]float64 {
		plan, err := New(context.Background(), r, rundir.Shard{}, nil)
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
			if f == nil || f.PeakBytes <= 0 || (f.StepSeconds > 0) != c.How().Trained() {
				t.Errorf("%s: forecast %+v", c, f)
			}
		}
		return lines
	}
	once := flops()
	for name, set := range r.Config.Settings {
		set.Epochs *= 2
		r.Config.Settings[name] = set
	}
	for name, n := range flops() {
		want := once[name]
		how, of, _ := strings.Cut(name, ": ")
		if of == "training" {
			if method.Find(how).Trains == method.Views {
				continue // not all of its work goes by epochs
			}
			want *= 2
		}
		if math.Abs(n-want) > 1e-9*want {
			t.Errorf("%s with twice the epochs: %v operations, before %v", name, n, once[name])
		}
	}
	if r.Source() != "" {
		t.Error("planning changed the run")
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
	if f := p.For(rundir.Cell{}).Beside(1, 2); f != nil {
		t.Errorf("a missing plan expects %+v", f)
	}
}

// A plan that is interrupted ends before its next cell.
func TestPlanEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New(ctx, everyMethod(t), rundir.Shard{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
