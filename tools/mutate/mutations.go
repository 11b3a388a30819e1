package main

import "slices"

// mutation is one mistake, made in one or more places.
type mutation struct {
	name  string
	edits []edit
}

// edit replaces a text that occurs once in a file.
type edit struct{ file, old, new string }

func one(name, file, old, new string) mutation { return mutation{name, []edit{{file, old, new}}} }

// mutations are mistakes that compile, that change no shape, and with which a
// model still seems to work.
var mutations = slices.Concat(modelMistakes, headMistakes)

// modelMistakes are mistakes in the towers, the prompts, the losses and the
// pictures.
var modelMistakes = []mutation{
	// The slope stands in the Go kernel and, as a bit pattern, in the assembly.
	{"QuickGELU with 1.7 instead of 1.702", []edit{
		{"simd/exp.go", "const sigmoidSlope = 1.702", "const sigmoidSlope = 1.7"},
		{"simd/exp_amd64.s", "EIGHT(416, $0x3fd9db23)", "EIGHT(416, $0x3fd9999a)"},
		{"simd/exp_amd64.s", "EIGHT(448, $0xbfd9db23)", "EIGHT(448, $0xbfd9999a)"},
	}},
	one("LayerNorm with epsilon 1e-6", "nn/builder.go", "Epsilon = 1e-5", "Epsilon = 1e-6"),
	one("queries scaled by the whole width", "autograd/cpu_attention.go", "math.Sqrt(float64(dh))", "math.Sqrt(float64(a.D))"),
	one("text read one row before its end", "textenc/batch.go", "eot := len(own) - 1", "eot := len(own) - 2"),
	one("deep prompts in reverse order", "nn/transformer.go", "deep.Layers[l-1],", "deep.Layers[len(deep.Layers)-l],"),
	one("image read at its first patch", "vit/batch.go", "append(first, at)", "append(first, at+1)"),
	one("evidence offset at the mean maximum", "cdc/evidence.go", "(mean + meanMax) / 2", "(meanMax + meanMax) / 2"),
	one("sign of log K in the fusion term", "cdc/evidence.go", "c+float32(math.Log", "c-float32(math.Log"),
	one("no weight decay on prompts", "nn/sgd.go", "WeightDecay: 5e-4", "WeightDecay: 0"),
	one("cosine schedule one epoch ahead", "nn/schedule.go", "math.Pi*float64(epoch-1)", "math.Pi*float64(epoch)"),

	one("text projection transposed", "textenc/encoder.go", "return tp.MatMul(tp.Last(x), e.Projection)", "return tp.MatMulT(tp.Last(x), e.Projection)"),
	one("text tower without causal mask", "textenc/batch.go", "autograd.NewLayout(true, l.all...)", "autograd.NewLayout(false, l.all...)"),
	one("CoOp's middle counted from the end", "prompt/coop.go", "before = n / 2", "before = n - 1"),
	one("CoCoOp's shift subtracted", "prompt/cocoop.go", "return tp.Add(tp.Gather(l.Ctx, autograd.RowIndex(token))", "return tp.Sub(tp.Gather(l.Ctx, autograd.RowIndex(token))"),
	one("shallow image prompts with a position", "vit/batch.go", "add(2, m*n+j, -1, m*n+j)", "add(2, m*n+j, 0, m*n+j)"),
	one("sign of the consistency loss", "cdc/loss.go", "[]float32{1, -1}, one", "[]float32{1, 1}, one"),
	one("momentum of 0.99", "nn/sgd.go", "Momentum: 0.9,", "Momentum: 0.99,"),
	one("centre cut one pixel aside", "imaging/image.go", "math.RoundToEven(float64(have-want) / 2)", "math.Ceil(float64(have-want+1) / 2)"),
}
