package prompt

import (
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/internal/golden"
	"frontdoor/nn"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// A training step of CoCoOp with the text tower of ViT-B/16, one image and 50
// classes: as it is done here, each prompt on its own, and as the original
// does it. The image tower is left out.
func BenchmarkCoCoOpText(b *testing.B) {
	const classes, tokens = 50, 4
	c := clip.ViTB16
	c.Vision = vit.Config{Image: 8, Patch: 8, Width: 64, Layers: 1, Heads: 1}
	c.Text.Vocab = 600
	m, err := clip.Build(c, nil, golden.Fetch)
	if err != nil {
		b.Fatal(err)
	}
	param := func(name string, shape ...int) *autograd.Tensor { return goldenParam(name, 0.1, shape...) }
	l := &CoCoOp{Model: m, Ctx: param("ctx", tokens, c.Text.Width)}
	l.Meta = [2]nn.Linear{
		{W: param("1.weight", 32, c.Embed), B: param("1.bias", 32)},
		{W: param("2.weight", c.Text.Width, 32), B: param("2.bias", c.Text.Width)},
	}
	for k := range classes { // SOT, four learned, a name of two tokens, full stop, EOT
		l.prompts = append(l.prompts, []int{598, -1, -2, -3, -4, 100 + k, 200 + k, 40, 599})
	}
	f := (*autograd.Tape)(nil).L2Normalize(param("f", 1, c.Embed), 0)
	f.SetTrainable(false)
	for _, how := range []struct {
		name string
		textenc.Saving
	}{
		{"shared", textenc.Saving{}},
		{"apart", textenc.Saving{NoSharing: true}},
		{"padded", textenc.Saving{NoSharing: true, PadTo: c.Text.Context}},
	} {
		b.Run(how.name, func(b *testing.B) {
			l.packed = map[int]*textenc.Batch{1: textenc.NewBatch([][][]int{l.prompts}, how.Saving)}
			tp := autograd.NewTape()
			for b.Loop() {
				tp.Backward(tp.CrossEntropy(l.logits(tp, f), []int{3}))
				tp.Reset()
			}
			b.ReportMetric(float64(l.packed[1].Rows()), "rows")
			b.ReportMetric(float64(tp.ArenaBytes())/(1<<20), "MiB")
		})
	}
}
