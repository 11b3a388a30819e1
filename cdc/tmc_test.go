package cdc

import (
	"math"
	"strconv"
	"testing"

	"frontdoor/autograd"
	"frontdoor/internal/gradcheck"
	"frontdoor/internal/testdata"
)

// tmc is what the published code of Trusted Multi-View Classification gives
// for three views' evidence for two samples of three classes.
type tmc struct {
	K        int                `json:"K"`
	E1       [][]float64        `json:"e1"`
	E2       [][]float64        `json:"e2"`
	E3       [][]float64        `json:"e3"`
	Y        []int              `json:"y"`
	Alpha12  [][]float64        `json:"alpha12"`
	Alpha123 [][]float64        `json:"alpha123"`
	CE1      []float64          `json:"ce_loss_e1_step1_anneal50"`
	CE25     []float64          `json:"ce_loss_e1_step25_anneal50"`
	CE50     []float64          `json:"ce_loss_e1_step50_anneal50"`
	CE80     []float64          `json:"ce_loss_e1_step80_anneal50"`
	Total    float64            `json:"tmc_total_two_views_step25_anneal50_mean"`
	DCE      [][]float64        `json:"d_ce_sum_d_alpha_e1_step25_anneal50"`
	DTotal1  [][]float64        `json:"d_total_d_e1"`
	DTotal2  [][]float64        `json:"d_total_d_e2"`
	Softplus map[string]float64 `json:"softplus"`
	Digamma  map[string]float64 `json:"digamma"`
	Trigamma map[string]float64 `json:"trigamma"`
}

func readTMC(t *testing.T) tmc {
	t.Helper()
	var g tmc
	testdata.ReadJSON(t, "testdata/tmc.json", &g)
	return g
}

// flat is a matrix as one slice, narrowed.
func flat(m [][]float64) []float32 {
	var out []float32
	for _, row := range m {
		for _, v := range row {
			out = append(out, float32(v))
		}
	}
	return out
}

// fuse is the log of the fused alpha of several views' evidence.
func fuse(tp *autograd.Tape, k int, evidence ...*autograd.Tensor) *autograd.Tensor {
	var a *autograd.Tensor
	for _, e := range evidence {
		term := log1p(tp, tp.Scale(e, 1/float32(k)))
		if a == nil {
			a = term
		} else {
			a = tp.Add(a, term)
		}
	}
	return fuseTerms(tp, a, k)
}

// expected is the loss of one opinion: cross entropy plus lambda divergence.
func expected(tp *autograd.Tape, logAlpha *autograd.Tensor, y []int, lambda float32) *autograd.Tensor {
	return tp.Combine([]float32{1, lambda}, dirichletCE(tp, logAlpha, y), dirichletKL(tp, logAlpha, y))
}

func TestFusionMatchesTMC(t *testing.T) {
	g := readTMC(t)
	e1, e2, e3 := autograd.Const(flat(g.E1), 2, 3), autograd.Const(flat(g.E2), 2, 3), autograd.Const(flat(g.E3), 2, 3)
	for name, c := range map[string]struct {
		want [][]float64
		got  *autograd.Tensor
	}{
		"two views":   {g.Alpha12, fuse(nil, g.K, e1, e2)},
		"three views": {g.Alpha123, fuse(nil, g.K, e1, e2, e3)},
	} {
		var logs []float64
		for _, v := range flat(c.want) {
			logs = append(logs, math.Log(float64(v)))
		}
		gradcheck.Compare(t, name, c.got.Data, logs, 1e-6)
	}
}

func TestDirichletLossMatchesTMC(t *testing.T) {
	g := readTMC(t)
	for row, label := range g.Y {
		x := log1p(nil, autograd.Const(flat(g.E1[row:row+1]), 1, 3)) // alpha = e + 1
		y := []int{label}
		for _, c := range []struct {
			step int
			want []float64
		}{{1, g.CE1}, {25, g.CE25}, {50, g.CE50}, {80, g.CE80}} {
			lambda := min(1, float32(c.step)/50)
			numbers(t, "loss at step "+strconv.Itoa(c.step), expected(nil, x, y, lambda).Data, c.want[row])
		}
	}
}

func TestDirichletGradientMatchesTMC(t *testing.T) {
	g := readTMC(t)
	x := autograd.Param(log1p(nil, autograd.Const(flat(g.E1), 2, 3)).Data, 2, 3)
	tp := autograd.NewTape()
	tp.Backward(expected(tp, x, g.Y, 0.5))
	var want []float64
	for i, d := range flat(g.DCE) {
		// The file has the sum over rows with respect to alpha, ours is their
		// mean with respect to log alpha.
		want = append(want, float64(d)*math.Exp(float64(x.Data[i]))/2)
	}
	gradcheck.Compare(t, "gradient", x.Grad(), want, 1e-6)
}

func TestTotalLossMatchesTMC(t *testing.T) {
	g := readTMC(t)
	e1, e2 := autograd.Param(flat(g.E1), 2, 3), autograd.Param(flat(g.E2), 2, 3)
	tp := autograd.NewTape()
	total := tp.Combine([]float32{1, 1, 1},
		expected(tp, log1p(tp, e1), g.Y, 0.5),
		expected(tp, log1p(tp, e2), g.Y, 0.5),
		expected(tp, fuse(tp, g.K, e1, e2), g.Y, 0.5))
	numbers(t, "total", total.Data, g.Total)
	tp.Backward(total)
	gradcheck.Compare(t, "gradient of view 1", e1.Grad(), gradcheck.Widen(flat(g.DTotal1)), 2e-6)
	gradcheck.Compare(t, "gradient of view 2", e2.Grad(), gradcheck.Widen(flat(g.DTotal2)), 2e-6)
}

func TestSpecialFunctions(t *testing.T) {
	g := readTMC(t)
	for name, c := range map[string]struct {
		values map[string]float64
		f      func(x float64) float64
	}{
		"softplus": {g.Softplus, func(x float64) float64 { return float64(logOnePlusExp(float32(x))) }},
		"digamma":  {g.Digamma, func(x float64) float64 { return psiExp(math.Log(x)) }},
		"trigamma": {g.Trigamma, func(x float64) float64 { return psi1Exp(math.Log(x)) / x }},
	} {
		for text, want := range c.values {
			x, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.f(x); math.Abs(got-want) > 1e-7*max(math.Abs(want), 1e-8) {
				t.Errorf("%s(%g) = %.12g, want %.12g", name, x, got, want)
			}
		}
	}
}
