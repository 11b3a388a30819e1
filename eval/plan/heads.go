package plan

import (
	"math"
	"time"

	"gonum.org/v1/gonum/mat"

	"frontdoor/autograd"
	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/prompt"
	"frontdoor/simd"
)

// fitting adds what a head takes: the features of random crops that no other cell
// has read, and its fit on them.
func (p *planner) fitting(f *rundir.Forecast, w *work, half *data.Dataset, lines *phases) {
	size := w.shotSize(half)
	fresh := 0
	for _, it := range half.Train {
		key := w.views[0].Name + " " + it.Name()
		if p.cache.drawn[key] == 0 {
			p.cache.drawn[key] = p.kept.CountCrops(w.views[0], w.set.Draws, it)
		}
		fresh += max(0, w.set.Draws-p.cache.drawn[key])
		p.cache.drawn[key] = max(w.set.Draws, p.cache.drawn[key])
	}
	batch := min(w.batch, max(1, fresh))
	pass := []prompt.Pass{prompt.FrozenPass(p.Model, batch)}
	f.PrepareSeconds += p.do(&lines.features, pass, float64(fresh)/float64(batch)) + lines.features.other(float64(fresh)*w.view)
	val := half.Val
	if len(val) == 0 { // as many may be left over
		val = half.Train[:size.Val]
	}
	f.PrepareSeconds += p.frozenFeatures(&lines.features, val, w.batch)

	cost := w.fitted.FitCost(len(half.Classes), size)
	f.StepFlops, f.StepBytes = cost.Products, p.stepBytes(w)
	lines.training.Flops += cost.Products
	lines.training.Bytes = f.StepBytes
	f.TrainSeconds = lines.training.other(p.probe.host(p.Model.Config.Embed).seconds(cost))
	f.StepSeconds = f.TrainSeconds
}

// mostVal is how many validation images of a class a few-shot sample has at most.
const mostVal = 4

// shotSize is what a head is fitted on.
func (w *work) shotSize(half *data.Dataset) prompt.ShotSize {
	s := prompt.ShotSize{Images: len(half.Train), Draws: w.set.Draws, Val: len(half.Val)}
	if s.Val == 0 {
		s.Val = min(s.Images, mostVal*len(half.Classes))
	}
	return s
}

// hostRates are how fast the host does the work of heads: operations of products,
// values, operations in float64, and small operations on tensors a second.
type hostRates struct{ products, values, doubles, calls float64 }

// seconds is how long a fit is expected to take.
func (r hostRates) seconds(c prompt.FitCost) float64 {
	return c.Products/r.products + c.Values/r.values + c.Doubles/r.doubles + c.Calls/r.calls
}

// host measures the host with features of width e, once.
func (p *prober) host(e int) hostRates {
	if p.hosts != (hostRates{}) {
		return p.hosts
	}
	const rows = 256
	x := autograd.Zeros(rows, e)
	for i := range x.Data {
		x.Data[i] = float32(i%251)/125 - 1
	}
	var tp *autograd.Tape
	y := tp.MatMulT(x, x) // [256, 256]
	p.hosts.products = 2 * rows * rows * float64(e) / p.time(func() { tp.MatMulT(x, x) })
	p.hosts.values = rows * rows / p.time(func() {
		simd.Exp(y.Data, y.Data)
		largest := math.Inf(-1)
		for i, v := range y.Data { // as a search goes over logits
			largest = max(largest, float64(v))
			y.Data[i] = -1
		}
	})
	small := autograd.Zeros(2, e)
	p.hosts.calls = 1 / p.time(func() { tp.L2Normalize(small, 1e-12) })
	sym := mat.NewSymDense(e, nil)
	for i := range e {
		sym.SetSym(i, i, 1)
	}
	n := float64(e)
	p.hosts.doubles = n * n * n / p.time(func() {
		var chol mat.Cholesky
		var inv mat.SymDense
		if chol.Factorize(sym) {
			_ = chol.InverseTo(&inv) // of the identity
		}
	})
	return p.hosts
}

// time is the typical seconds of some work after a first time.
func (p *prober) time(work func()) float64 {
	work()
	var times []float64
	begin := time.Now()
	for i := 0; i < 3 || time.Since(begin).Seconds() < p.each/4; i++ {
		from := time.Now()
		work()
		times = append(times, time.Since(from).Seconds())
	}
	return typical(times)
}
