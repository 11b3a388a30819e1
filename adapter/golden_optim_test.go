package adapter_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"frontdoor/autograd"
	"frontdoor/internal/golden"
	"frontdoor/nn"
)

// testOptimisers compares optimisers on made-up gradients, and schedules.
func testOptimisers(t *testing.T, f *golden.MethodFile) {
	var s struct {
		Prefix   string
		N, Steps int
	}
	f.Into(t, &s)
	for _, group := range f.Group() {
		if strings.HasPrefix(group, "schedule") {
			continue
		}
		kind, rest, _ := strings.Cut(group, "_")
		var wd, eps float64
		decay, epsilon, _ := strings.Cut(rest, "_")
		wd = parse(t, decay, "wd")
		if epsilon != "" {
			eps = parse(t, epsilon, "eps")
		}
		checkOptimiser(t, f, s.Prefix, s.N, s.Steps, group, kind, wd, eps)
	}
	for name := range f.Values {
		checkSchedule(t, f, name)
	}
}

// baseRate is a golden run's learning rate: one for the published weight decay
// and a larger one for a strong one.
func baseRate(kind string, wd float64) float64 {
	switch {
	case wd > 1e-3:
		return 0.02
	case kind == "adamw":
		return 0.001
	}
	return 0.002
}

// checkOptimiser compares one optimiser's steps.
func checkOptimiser(t *testing.T, f *golden.MethodFile, prefix string, n, steps int, group, kind string, wd, eps float64) {
	t.Helper()
	p := autograd.Param(make([]float32, n), 1, n)
	for i, g := range golden.Stream(prefix+"optim/p", n) {
		p.Data[i] = float32(g)
	}
	params := []nn.Named{{Name: "p", Tensor: p}}
	factor := 0.01
	var step func(lr float64)
	if kind == "sgd" {
		factor = 1
		o := nn.NewSGD(params)
		o.WeightDecay = float32(wd)
		step = func(lr float64) { o.Step(float32(lr)) }
	} else {
		o := nn.NewAdam(params)
		o.WeightDecay, o.Decoupled = wd, kind == "adamw"
		if eps > 0 {
			o.Eps = eps
		}
		step = o.Step
	}
	var lrs []float64
	for i := range steps {
		g := make([]float32, n)
		for j, v := range golden.Stream(fmt.Sprintf("%soptim/grad/%d", prefix, i), n) {
			g[j] = float32(factor * v)
		}
		tp := autograd.NewTape()
		tp.Backward(tp.RowDot(p, autograd.Const(g, 1, n)))
		lr := nn.EpochCosine(baseRate(kind, wd), i, steps)
		lrs = append(lrs, lr)
		step(lr)
		if name := fmt.Sprintf("%s/after_%d", group, i+1); f.Has(name) {
			golden.Strict(t, f, name, p.Data...)
		}
	}
	golden.Strict(t, f, group+"/lrs", lrs...)
}

// schedules are the published ones: base rate and lowest rate.
var schedules = map[string]struct{ base, floor float64 }{
	"tipf": {1e-3, 0}, "prolip": {1e-5, 0}, "cliplora": {2e-4, 1e-6},
	"kgcoop": {0.002, 0}, "tcp": {0.002, 0}, "promptsrc": {0.0025, 0}, "mmrl": {1e-3, 0}, "clap": {0.1, 0}, "taskres": {0.002, 0},
}

// checkSchedule compares a list of learning rates.
func checkSchedule(t *testing.T, f *golden.MethodFile, name string) {
	t.Helper()
	kind, rest, _ := strings.Cut(name, "/")
	method, length, _ := strings.Cut(rest, "_")
	s, ok := schedules[method]
	if !strings.HasPrefix(kind, "schedule_") || !ok {
		return
	}
	var n int
	fmt.Sscanf(length[1:], "%d", &n)
	var lrs []float64
	for i := range n {
		if kind == "schedule_per_step" {
			lrs = append(lrs, nn.WarmCosine(s.base, i, 0, n, 0, s.floor/s.base))
		} else {
			lrs = append(lrs, nn.EpochCosine(s.base, i, n))
		}
	}
	golden.Strict(t, f, name, lrs...)
}

// parse reads the number behind a word.
func parse(t *testing.T, s, word string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(strings.TrimPrefix(s, word), 64)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return x
}
