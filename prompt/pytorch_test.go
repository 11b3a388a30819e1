package prompt

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/clip"
	"frontdoor/weights"
)

// What is exported loads as the published files do, with the same predictions.
func TestOriginalCheckpoints(t *testing.T) {
	m := realModel(t)
	images := randomImages(m, 2)
	for name, l := range learners(t, m) {
		if err := l.SetClasses(testClasses); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "model.pth.tar-5")
		extra := weights.NewF32("prompt_learner.token_prefix", []int{3, 1, 2}, make([]float32, 6))
		if err := weights.WriteTorch(path, append(Export(l), extra), 5); err != nil {
			t.Fatal(err)
		}
		f, err := weights.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		got, method, err := FromOriginal(m, f)
		f.Close()
		if strings.HasPrefix(name, "ensemble") {
			if err == nil {
				t.Error("an ensemble has no original")
			}
			continue
		}
		want := map[string]string{"coop-csc": "coop", "vpt-shallow": "vpt", "maple+zs": "maple"}[name]
		if want == "" {
			want = name
		}
		if err != nil || method != want {
			t.Errorf("%s: loaded as %q, %v", name, method, err)
			continue
		}
		if err := got.SetClasses(testClasses); err != nil {
			t.Fatal(err)
		}
		if name == "coop-csc" || name == "maple+zs" {
			continue // placement is not in the file; the zero-shot part is no part of it
		}
		if !slices.Equal(Predict(m, got, images).Prob.Data, Predict(m, l, images).Prob.Data) {
			t.Errorf("%s: the loaded learner predicts otherwise", name)
		}
	}
}

func TestOriginalCheckpointsThatDoNotFit(t *testing.T) {
	m := realModel(t)
	d := m.Config.Text.Width
	tensor := func(name string, shape ...int) weights.Tensor {
		n := 1
		for _, s := range shape {
			n *= s
		}
		return weights.NewF32(name, shape, make([]float32, n))
	}
	for want, ts := range map[string][]weights.Tensor{
		"not a checkpoint of":      {tensor("visual.proj", 2, 2)},
		"belongs to another model": {tensor("ctx", 4, d+1)},
		"shape [4]":                {tensor("ctx", 4)},
		"bias\" is missing":        {tensor("ctx", 4, d), tensor("meta_net.linear1.weight", 6, m.Config.Embed)},
		"ctx\" is missing":         {tensor("prompt_learner.proj.weight", m.Config.Vision.Width, d)},
		"vision prompt depth 9":    slices.Concat([]weights.Tensor{tensor("image_encoder.VPT", 2, m.Config.Vision.Width)}, deepVision(m, 8)),
	} {
		raw, err := weights.Marshal(ts, nil)
		if err != nil {
			t.Fatal(err)
		}
		f, err := weights.Parse(raw, "file.pt")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := FromOriginal(m, f); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "file.pt") {
			t.Errorf("%v, want an error that says %q and names the file", err, want)
		}
	}
}

func deepVision(m *clip.Model, n int) (ts []weights.Tensor) {
	for i := range n {
		d := m.Config.Vision.Width
		ts = append(ts, weights.NewF32("image_encoder.transformer.resblocks."+string(rune('1'+i))+".VPT_shallow", []int{2, d}, make([]float32, 2*d)))
	}
	return ts
}
