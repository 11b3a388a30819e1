package main

import (
	"math"
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/cdc"
	"frontdoor/clip"
	"frontdoor/internal/chart"
	"frontdoor/nn"
	"frontdoor/simd"
	"frontdoor/textenc"
)

// curves writes a figure of curves.
func curves(path, x, y string, series []chart.Series) error {
	f, err := chart.Curves{XLabel: x, YLabel: y, Series: series}.Figure()
	if err != nil {
		return err
	}
	return f.Save(path)
}

// expError shows the error of simd.Exp in units in the last place: the largest
// of a thousand arguments around each point.
func expError(path string, _ *clip.Model) error {
	var s chart.Series
	r := rand.New(rand.NewPCG(1, 1))
	x, y := make([]float32, 1000), make([]float32, 1000)
	for at := -84.0; at <= 84; at += 4 {
		for i := range x {
			x[i] = float32(at + 4*(r.Float64()-0.5))
		}
		simd.Exp(y, x)
		worst := 0.0
		for i := range x {
			exact := math.Exp(float64(x[i]))
			ulp := float64(math.Nextafter32(float32(exact), math.MaxFloat32)) - float64(float32(exact))
			worst = max(worst, math.Abs(float64(y[i])-exact)/ulp)
		}
		s.X, s.Y = append(s.X, at), append(s.Y, worst)
	}
	s.Name = "simd.Exp, " + simd.Kernel()
	return curves(path, "x", "error (units in the last place)", []chart.Series{s})
}

// gradientCheck shows how far the difference quotient of a loss is from the
// derivative that the tape returns, over the step of the quotient.
func gradientCheck(path string, _ *clip.Model) error {
	r := rand.New(rand.NewPCG(2, 2))
	draw := func(shape ...int) *autograd.Tensor {
		t := autograd.Zeros(shape...)
		nn.Normal(t.Data, 1, r)
		return t
	}
	x, w := draw(8, 16), draw(5, 16)
	w.SetTrainable(true)
	labels := []int{0, 1, 2, 3, 4, 0, 1, 2}
	loss := func(tp *autograd.Tape) *autograd.Tensor {
		return tp.CrossEntropy(tp.Linear(x, w, nil, autograd.None), labels)
	}
	tp := autograd.NewTape()
	tp.Backward(loss(tp))
	var s chart.Series
	for e := -7.0; e <= 0.01; e += 0.5 {
		h := float32(math.Pow(10, e))
		worst := 0.0
		for i := range w.Data {
			kept := w.Data[i]
			w.Data[i] = kept + h
			up, step := float64(loss(nil).Item()), float64(w.Data[i])
			w.Data[i] = kept - h
			quotient := (up - float64(loss(nil).Item())) / (step - float64(w.Data[i]))
			w.Data[i] = kept
			worst = max(worst, math.Abs(quotient-float64(w.Grad()[i])))
		}
		s.X, s.Y = append(s.X, e), append(s.Y, math.Log10(worst))
	}
	s.Name = "difference quotient\nin float32"
	return curves(path, "log10 of the step", "log10 of the largest error", []chart.Series{s})
}

// schedules shows the two learning-rate schedules over five epochs of twenty
// batches.
func schedules(path string, _ *clip.Model) error {
	const epochs, batches = 5, 20
	step, epoch := chart.Series{Name: "nn.WarmCosine"}, chart.Series{Name: "nn.EpochCosine"}
	for i := range epochs * batches {
		x := float64(i) / batches
		step.X, epoch.X = append(step.X, x), append(epoch.X, x)
		step.Y = append(step.Y, nn.WarmCosine(1, i, batches/2, epochs*batches, 0, 0))
		epoch.Y = append(epoch.Y, nn.EpochCosine(1, i/batches, epochs))
	}
	return curves(path, "epoch", "learning rate (share of the base rate)", []chart.Series{step, epoch})
}

// textRows shows how many rows the text tower computes for N classes "a photo
// of a striped star.": as published, cut at the end of text, and with the
// common beginning computed once.
func textRows(path string, m *clip.Model) error {
	ways := []struct {
		name string
		how  textenc.Saving
	}{
		{"77 tokens a prompt", textenc.Saving{NoSharing: true, PadTo: 77}},
		{"cut at the end of text", textenc.Saving{NoSharing: true}},
		{"and a shared beginning", textenc.Saving{}},
	}
	series := make([]chart.Series, len(ways))
	for n := 1; n <= 100; n += 9 {
		var prompts [][]int
		for i := range n {
			ids, err := m.Tokenizer.Tokenize("a photo of a "+names[i%len(names)]+".", m.Config.Text.Context, false)
			if err != nil {
				return err
			}
			prompts = append(prompts, ids)
		}
		for i, way := range ways {
			series[i].Name = way.name
			series[i].X = append(series[i].X, float64(n))
			series[i].Y = append(series[i].Y, float64(textenc.NewBatch([][][]int{prompts}, way.how).Rows()))
		}
	}
	return curves(path, "classes", "rows of the text tower", series)
}

// names are class names of one to three words.
var names = []string{"cat", "golden retriever", "striped star", "red cup", "dotted blue ring"}

// evidence shows what CDC makes of the logits of one image: K classes, one of
// which stands out by a margin above the offset c.
func evidence(path string, _ *clip.Model) error {
	const k = 16
	belief, doubt, soft := chart.Series{Name: "belief b_y"}, chart.Series{Name: "uncertainty u"}, chart.Series{Name: "softmax of the\nsame logits"}
	for margin := -4.0; margin <= 12; margin += 0.5 {
		logAlpha := make([]float64, k)
		for i := range logAlpha {
			logAlpha[i] = math.Log1p(math.Exp(-4)) // far below c: no evidence
		}
		logAlpha[0] = math.Log1p(math.Exp(margin))
		o := cdc.NewOpinion(logAlpha)
		for _, s := range []*chart.Series{&belief, &doubt, &soft} {
			s.X = append(s.X, margin)
		}
		belief.Y, doubt.Y = append(belief.Y, o.Belief[0]), append(doubt.Y, o.Uncertainty)
		soft.Y = append(soft.Y, math.Exp(margin)/(math.Exp(margin)+(k-1)*math.Exp(-4)))
	}
	return curves(path, "logit of one class above the offset c", "mass", []chart.Series{belief, doubt, soft})
}

// fusion shows what Dempster's rule makes of two opinions of equal evidence,
// for the same class and for different ones.
func fusion(path string, _ *clip.Model) error {
	const k = 16
	term := func(class int, e float64) []float64 {
		t := make([]float64, k)
		t[class] = math.Log1p(e / k)
		return t
	}
	alone, same, other := chart.Series{Name: "one opinion"}, chart.Series{Name: "two that agree"}, chart.Series{Name: "two that differ"}
	clash := chart.Series{Name: "conflict of\nthe two"}
	for x := -1.0; x <= 4; x += 0.25 {
		e := math.Pow(10, x)
		for _, s := range []struct {
			*chart.Series
			y float64
		}{
			{&alone, cdc.Fuse(term(0, e)).Uncertainty},
			{&same, cdc.Fuse(term(0, e), term(0, e)).Uncertainty},
			{&other, cdc.Fuse(term(0, e), term(1, e)).Uncertainty},
			{&clash, cdc.Conflict(cdc.Fuse(term(0, e)), cdc.Fuse(term(1, e)))},
		} {
			s.X, s.Y = append(s.X, x), append(s.Y, s.y)
		}
	}
	return curves(path, "log10 of the evidence of each", "uncertainty, conflict", []chart.Series{alone, same, other, clash})
}
