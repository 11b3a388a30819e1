package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"frontdoor/autograd"
)

// near checks elements against numbers in float64; tolerance is relative, and
// absolute below one.
func near(t *testing.T, name string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d elements, want %d", name, len(got), len(want))
	}
	for i, w := range want {
		if g := float64(got[i]); !(math.Abs(g-w) <= tolerance*max(1, math.Abs(w))) { // NaN fails
			t.Errorf("%s[%d] = %.9g, want %.9g", name, i, g, w)
		}
	}
}

// leave gives p the gradient g, as a step whose loss is Σ g p would.
func leave(p *autograd.Tensor, g ...float32) {
	tp := autograd.NewTape()
	dots := tp.RowDot(p, autograd.Const(g, p.Shape()...)) // [rows]
	rows := float32(p.Rows())
	tp.Backward(tp.Combine([]float32{rows}, tp.Mean(dots)))
}

func TestSGDByHand(t *testing.T) {
	p := Named{"p", autograd.Param([]float32{1}, 1)}
	s := NewSGD([]Named{p})
	s.WeightDecay = 0.1
	leave(p.Tensor, 0.5)
	s.Step(0.1)
	// g = 0.5 + 0.1·1 = 0.6, and the first buffer is g itself.
	near(t, "p after one step", p.Data, []float64{0.94}, 1e-7)
	near(t, "cleared gradient", p.Grad(), []float64{0}, 0)
	leave(p.Tensor, 0.5)
	s.Step(0.1)
	// g = 0.5 + 0.094, buffer = 0.9·0.6 + 0.594 = 1.134.
	near(t, "p after two steps", p.Data, []float64{0.8266}, 1e-7)
	near(t, "buffer", s.State()[0], []float64{1.134}, 1e-7)
}

func TestSGDSkipsParametersWithoutGradient(t *testing.T) {
	a := Named{"a", autograd.Param([]float32{1, 2}, 2)}
	b := Named{"b", autograd.Param([]float32{3}, 1)}
	s := NewSGD([]Named{a, b})
	if s.Momentum != 0.9 || s.WeightDecay != 5e-4 {
		t.Errorf("defaults %g, %g; want 0.9 and 5e-4", s.Momentum, s.WeightDecay)
	}
	leave(a.Tensor, 1, 1)
	s.Step(0.1)
	if b.Data[0] != 3 || s.State()[1] != nil {
		t.Errorf("b = %g with buffer %v, want it untouched: no decay, no buffer", b.Data[0], s.State()[1])
	}
	// Its first step comes later, and starts the buffer like any first step.
	leave(b.Tensor, 1)
	s.Step(0.1)
	near(t, "b", b.Data, []float64{3 - 0.1*(1+5e-4*3)}, 1e-7)
}

// Continuing from saved state gives the same bits as never having stopped.
func TestSGDState(t *testing.T) {
	run := func(stop bool) []float32 {
		p := Named{"p", autograd.Param([]float32{1, -2, 3}, 3)}
		s := NewSGD([]Named{p})
		for i := range 6 {
			if stop && i == 3 {
				old := s.State()
				s = NewSGD([]Named{p})
				s.SetState([][]float32{slices.Clone(old[0])})
			}
			leave(p.Tensor, p.Data[1], p.Data[2], float32(i))
			s.Step(0.05)
		}
		return p.Data
	}
	if a, b := run(false), run(true); !slices.Equal(a, b) {
		t.Errorf("with a stop %v, without %v", b, a)
	}
}

// refAdamW is the rule of the paper, in float64.
type refAdamW struct {
	m, v []float64
	n    float64
}

func (r *refAdamW) step(p, g []float64, lr, decay float64) {
	r.n++
	for i := range p {
		r.m[i] = 0.9*r.m[i] + 0.1*g[i]
		r.v[i] = 0.98*r.v[i] + 0.02*g[i]*g[i]
		m := r.m[i] / (1 - math.Pow(0.9, r.n))
		v := r.v[i] / (1 - math.Pow(0.98, r.n))
		p[i] -= lr * (m/(math.Sqrt(v)+1e-6) + decay*p[i])
	}
}

func TestAdamWAgainstFloat64(t *testing.T) {
	const lr, decay, limit = 0.01, 0.2, 1.5
	r := rand.New(rand.NewPCG(7, 7))
	w := Named{"w", autograd.Param(make([]float32, 6), 2, 3)}
	b := Named{"b", autograd.Param(make([]float32, 3), 3)}
	params := []Named{w, b}
	refs := []*refAdamW{}
	var values [][]float64
	for _, p := range params {
		Normal(p.Data, 1, r)
		values = append(values, widen(p.Data))
		refs = append(refs, &refAdamW{m: make([]float64, p.Len()), v: make([]float64, p.Len())})
	}
	a := NewAdamW(params, decay)
	for step := range 20 {
		grads := [][]float32{make([]float32, 6), make([]float32, 3)}
		square := 0.0
		for i, p := range params {
			Normal(grads[i], 0.2*float64(step%5), r) // some steps above the limit, one of zeros
			leave(p.Tensor, grads[i]...)
			for _, g := range grads[i] {
				square += float64(g) * float64(g)
			}
		}
		a.Step(lr, limit)
		factor := min(1, limit/max(math.Sqrt(square), 1e-30))
		for i, g := range grads {
			wide := widen(g)
			for j := range wide {
				wide[j] *= factor
			}
			// Only the matrix decays.
			refs[i].step(values[i], wide, lr, []float64{decay, 0}[i])
			near(t, params[i].Name, params[i].Data, values[i], 1e-5)
		}
		if t.Failed() {
			t.Fatalf("at step %d", step)
		}
	}
}

func TestAdamWByHand(t *testing.T) {
	// On the first step m/sqrt(v) is the gradient's sign.
	w := Named{"w", autograd.Param([]float32{1, 1}, 1, 2)}
	b := Named{"b", autograd.Param([]float32{1, 1}, 2)}
	skipped := Named{"skipped", autograd.Param([]float32{5}, 1, 1)}
	a := NewAdamW([]Named{w, b, skipped}, 0.5)
	leave(w.Tensor, 3, -4)
	leave(b.Tensor, 30, 0)
	a.Step(0.1, math.Inf(1))
	near(t, "w", w.Data, []float64{1 - 0.05 - 0.1, 1 - 0.05 + 0.1}, 1e-6)
	near(t, "b", b.Data, []float64{0.9, 1}, 1e-6)
	near(t, "no gradient", skipped.Data, []float64{5}, 0)
	m, v, steps := a.Moments()
	near(t, "m", m[0], []float64{0.3, -0.4}, 1e-6)
	near(t, "v", v[0], []float64{0.18, 0.32}, 1e-6)
	if steps != 1 {
		t.Errorf("%d steps, want 1", steps)
	}
}

func TestClipFactor(t *testing.T) {
	a := Named{"a", autograd.Param([]float32{0, 0}, 2)}
	b := Named{"b", autograd.Param([]float32{0}, 1)}
	leave(a.Tensor, 3, 0)
	leave(b.Tensor, 4)
	for _, c := range []struct{ limit, want float64 }{{10, 1}, {5, 1}, {1, 0.2}} {
		if got := clipFactor([]Named{a, b}, c.limit); math.Abs(float64(got)-c.want) > 1e-7 {
			t.Errorf("norm 5, limit %g: factor %g, want %g", c.limit, got, c.want)
		}
	}
}

func widen(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}
