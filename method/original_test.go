package method

import (
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/internal/atomicfile"
	"frontdoor/prompt"
	"frontdoor/weights"
)

var testClasses = []string{"circle", "square", "star"}

func tiny(t *testing.T) *clip.Model {
	t.Helper()
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// What is exported loads as the published files do, with the same predictions.
func TestOriginalCheckpoints(t *testing.T) {
	m := tiny(t)
	images := autograd.Zeros(2, 3, m.Config.Vision.Image, m.Config.Vision.Image)
	for i := range images.Data {
		images.Data[i] = float32(i%17)/8 - 1
	}
	loadsAs := map[string]string{"coop-csc": "coop", "vpt-shallow": "vpt", "maple+zs": "maple"}
	for _, method := range All {
		if !method.Trained() || method.Of != nil {
			continue
		}
		s := method.Recipe(m, BaseToNew, Settings{})
		l, err := method.New(m, "a photo of a {}.", s, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.SetClasses(testClasses); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "model.pth.tar-5")
		extra := weights.NewF32("prompt_learner.token_prefix", []int{3, 1, 2}, make([]float32, 6))
		if err := writeTorch(path, append(method.Export(l), extra), 5); err != nil {
			t.Fatal(err)
		}
		got, found, sizes, err := OpenOriginal(m, path)
		want := loadsAs[method.Name]
		if want == "" && method.Original != nil {
			want = method.Name
		}
		if want == "" {
			if err == nil {
				t.Errorf("%s has no original, but is read as %s", method.Name, found.Name)
			}
			continue
		}
		if err != nil || found.Name != want {
			t.Errorf("%s: loaded as %v, %v", method.Name, found, err)
			continue
		}
		if sizes.Tokens != s.Tokens || sizes.Depth != s.Depth || sizes.VisionTokens != s.VisionTokens || sizes.VisionDepth != s.VisionDepth {
			t.Errorf("%s: sizes %+v, want those of %+v", method.Name, sizes, s)
		}
		if err := got.SetClasses(testClasses); err != nil {
			t.Fatal(err)
		}
		if method.Name == "coop-csc" || method.Name == "maple+zs" {
			continue // placement is not in the file; the zero-shot part is no part of it
		}
		if !slices.Equal(prompt.Predict(m, got, images).Prob.Data, prompt.Predict(m, l, images).Prob.Data) {
			t.Errorf("%s: the loaded learner predicts otherwise", method.Name)
		}
	}
}

func TestOriginalCheckpointsThatDoNotFit(t *testing.T) {
	m := tiny(t)
	d, dv := m.Config.Text.Width, m.Config.Vision.Width
	tensor := func(name string, shape ...int) weights.Tensor {
		n := 1
		for _, s := range shape {
			n *= s
		}
		return weights.NewF32(name, shape, make([]float32, n))
	}
	deep := []weights.Tensor{tensor("image_encoder.VPT", 2, dv)}
	for i := range 8 {
		deep = append(deep, tensor("image_encoder.transformer.resblocks."+string(rune('1'+i))+".VPT_shallow", 2, dv))
	}
	for want, ts := range map[string][]weights.Tensor{
		"not a checkpoint of":      {tensor("visual.proj", 2, 2)},
		"belongs to another model": {tensor("ctx", 4, d+1)},
		"shape [4]":                {tensor("ctx", 4)},
		"bias\" is missing":        {tensor("ctx", 4, d), tensor("meta_net.linear1.weight", 6, m.Config.Embed)},
		"ctx\" is missing":         {tensor("prompt_learner.proj.weight", dv, d)},
		"vision prompt depth 9":    deep,
	} {
		path := filepath.Join(t.TempDir(), "file.pt")
		if err := writeTorch(path, ts, 1); err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := OpenOriginal(m, path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "file.pt") {
			t.Errorf("%v, want an error that says %q and names the file", err, want)
		}
	}
}

// Tensors of whole numbers, and those that hold what is no number, are refused.
func TestOriginalCheckpointsOfNoNumbers(t *testing.T) {
	m := tiny(t)
	ctx := weights.NewF32("ctx", []int{4, m.Config.Text.Width}, make([]float32, 4*m.Config.Text.Width))
	whole, infinite := ctx, weights.NewF32(ctx.Name, ctx.Shape, append(make([]float32, ctx.Len()-1), float32(math.Inf(1))))
	whole.DType = weights.I32
	for want, tensor := range map[string]weights.Tensor{"type I32": whole, "NaN or infinite": infinite} {
		text, err := weights.Marshal([]weights.Tensor{tensor}, nil)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "file.pt")
		if err := atomicfile.WriteBytes(path, text); err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := OpenOriginal(m, path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "file.pt") {
			t.Errorf("%v, want an error that says %q and names the file", err, want)
		}
	}
}

func writeTorch(path string, ts []weights.Tensor, epoch int) error {
	return atomicfile.Write(path, func(w io.Writer) error { return weights.EncodeTorch(w, ts, epoch) })
}
