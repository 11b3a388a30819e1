package predict

import (
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/weights"
)

// scaled copies OpenCLIP's small model with one tensor multiplied.
func scaled(t *testing.T, name string, by float32) string {
	t.Helper()
	dir := t.TempDir()
	for _, file := range []string{"merges.txt", "open_clip_config.json"} {
		text, err := os.ReadFile(filepath.Join(formats, "openclip", file))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, file), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	f, err := weights.Open(formats + "openclip/open_clip_model.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []weights.Tensor
	for _, n := range f.Names() {
		x, _ := f.Tensor(n)
		data := x.CopyFloat32()
		for i := range data {
			if n == name {
				data[i] *= by
			}
		}
		all = append(all, weights.NewF32(n, x.Shape, data))
	}
	path := filepath.Join(dir, "open_clip_model.safetensors")
	if err := weights.Write(path, all, nil); err != nil {
		t.Fatal(err)
	}
	return path
}

// Weights whose features or scores leave the range of float32 give errors, not
// answers: exit code 1.
func TestNoAnswerIsNaN(t *testing.T) {
	image := picture(t, t.TempDir(), "a.png", color.RGBA{200, 10, 10, 255})
	for _, c := range []struct {
		tensor string
		by     float32
		args   []string
	}{
		{"visual.proj", 1e30, []string{"-embed"}},
		{"visual.proj", 1e30, []string{"-embed", "-json"}},
		{"visual.proj", 1e30, []string{"-labels", "dog,fox"}},
		{"visual.proj", 1e30, []string{"-captions", "dog;fox"}},
		{"logit_scale", 100, []string{"-labels", "dog,fox"}},
		{"logit_scale", 100, []string{"-captions", "dog;fox"}},
	} {
		model := scaled(t, c.tensor, c.by)
		text, err := run(t, append(append([]string{"-model", model}, c.args...), image)...)
		if err == nil || !strings.Contains(err.Error(), "1 of 1 images") || !strings.Contains(text, "not a number") {
			t.Errorf("%s times %g, %v: output %q, error %v", c.tensor, c.by, c.args, text, err)
		}
	}
	if text, err := run(t, "-model", scaled(t, "", 1), "-labels", "dog,fox", image); err != nil {
		t.Errorf("untouched: %q, %v", text, err)
	}
}
