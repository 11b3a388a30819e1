package clip

import (
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/weights"
)

// copyOf copies a folder of test files, so that a test can spoil it.
func copyOf(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "formats", name))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// spoilt rewrites hf_bin as safetensors, edited.
func spoilt(t *testing.T, edit func(map[string]weights.Tensor)) string {
	t.Helper()
	dir := copyOf(t, "hf_bin")
	f, err := weights.Open(filepath.Join(dir, "pytorch_model.bin"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := map[string]weights.Tensor{}
	for _, name := range f.Names() {
		all[name], _ = f.Tensor(name)
	}
	edit(all)
	var list []weights.Tensor
	for name, x := range all {
		x.Name = name
		list = append(list, x)
	}
	path := filepath.Join(dir, "model.safetensors")
	if err := weights.Write(path, list, nil); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHuggingFaceErrors(t *testing.T) {
	const layer = "vision_model.encoder.layers.1."
	for name, c := range map[string]struct {
		edit func(all map[string]weights.Tensor)
		want string
	}{
		"no key part": {func(all map[string]weights.Tensor) { delete(all, layer+"self_attn.k_proj.weight") }, "a part of tensor \"visual.transformer.resblocks.1.attn.in_proj_weight\" is missing"},
		"other shape": {func(all map[string]weights.Tensor) {
			all[layer+"self_attn.k_proj.bias"] = weights.NewF32("", []int{3}, make([]float32, 3))
		}, "[8] and [3]"},
		"integers": {func(all map[string]weights.Tensor) {
			all[layer+"mlp.fc1.bias"] = weights.Tensor{DType: weights.I32, Shape: []int{32}, Data: make([]byte, 128)}
		}, layer + `mlp.fc1.bias" holds numbers of type I32`},
		"NaN": {func(all map[string]weights.Tensor) {
			bias := make([]float32, 32)
			bias[31] = float32(math.NaN())
			all[layer+"mlp.fc1.bias"] = weights.NewBF16("", []int{32}, bias)
		}, layer + `mlp.fc1.bias" has weights that are infinite or not numbers`},
		"infinite": {func(all map[string]weights.Tensor) {
			all["logit_scale"] = weights.NewF32("", nil, []float32{float32(math.Inf(-1))})
		}, `"logit_scale" has weights that are infinite`},
		"no layer 0": {func(all map[string]weights.Tensor) { delete(all, "text_model.encoder.layers.0.layer_norm1.bias") }, "transformer.resblocks.0.ln_1.bias"},
		"positions": {func(all map[string]weights.Tensor) {
			all["vision_model.embeddings.position_embedding.weight"] = weights.NewF32("", []int{4, 8}, make([]float32, 32))
		}, "4 rows"},
		"no projection": {func(all map[string]weights.Tensor) { delete(all, "visual_projection.weight") }, "image tower without its projection, as CLIPVisionModel saves it"},
		"prefixed twice": {func(all map[string]weights.Tensor) {
			all["text.ln_final.bias"] = weights.NewF32("", []int{8}, make([]float32, 8))
			delete(all, "text_model.final_layer_norm.bias")
		}, "ln_final.bias"},
		"not a CLIP": {func(all map[string]weights.Tensor) { delete(all, "vision_model.embeddings.patch_embedding.weight") }, "not a CLIP checkpoint in the names of"},
		"text alone": {func(all map[string]weights.Tensor) {
			maps.DeleteFunc(all, func(name string, _ weights.Tensor) bool { return strings.HasPrefix(name, "vis") })
		}, "a text tower alone"},
		"extended": {func(all map[string]weights.Tensor) {
			all[layer+"layer_scale1.gamma"] = weights.NewF32("", []int{1}, []float32{1})
		}, layer + `layer_scale1.gamma" is no part of CLIP's towers`},
		"learned prompts": {func(all map[string]weights.Tensor) {
			clear(all)
			all["prompt_learner.ctx"] = weights.NewF32("", []int{1}, []float32{0})
		}, "learned prompts"},
		"timm": {func(all map[string]weights.Tensor) {
			clear(all)
			all["visual.trunk.stem.weight"] = weights.NewF32("", []int{1}, []float32{0})
		}, "timm"},
	} {
		_, err := Load(spoilt(t, c.edit))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "model.safetensors") {
			t.Errorf("%s: error %v, want the file and %q", name, err, c.want)
		}
	}
}

func TestConfigurationBeside(t *testing.T) {
	for name, c := range map[string]struct{ folder, file, text, want string }{
		"epsilon":         {"hf_bin", "config.json", `{"vision_config": {"layer_norm_eps": -1e-6}}`, "layer_norm_eps is -1e-6"},
		"activation":      {"hf_bin", "config.json", `{"text_config": {"hidden_act": "gelu_new"}}`, `"gelu_new"`},
		"heads":           {"hf_bin", "config.json", `{"text_config": {"num_attention_heads": 3}}`, "heads"},
		"negative heads":  {"hf_bin", "config.json", `{"text_config": {"num_attention_heads": -1}}`, "positive"},
		"broken":          {"hf_bin", "config.json", `{`, "config.json"},
		"statistics":      {"hf_bin", "preprocessor_config.json", `{"image_mean": [0.5, 0.5]}`, "preprocessor_config.json: image_mean is [0.5, 0.5]"},
		"size":            {"hf_bin", "preprocessor_config.json", `{}`, "preprocessor_config.json: the preprocessing gives pictures of 224 x 224"},
		"OpenCLIP's fill": {"openclip", "open_clip_config.json", `{"preprocess_cfg": {"resize_mode": "longest", "fill_color": [0, 255]}}`, "fill_color is [0, 255]"},
		"OpenCLIP's":      {"openclip", "open_clip_config.json", `{"preprocess_cfg": {"std": [0.5, 0.5, 0]}}`, "open_clip_config.json: preprocess_cfg: std is"},
		"OpenCLIP heads":  {"openclip", "open_clip_config.json", `{"model_cfg": {"text_cfg": {"heads": 5}}}`, "heads"},
	} {
		dir := copyOf(t, c.folder)
		if err := os.WriteFile(filepath.Join(dir, c.file), []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

// What decides on the activation, from the strongest to the weakest.
func TestActivation(t *testing.T) {
	bare := copyOf(t, "openclip")
	if err := os.Remove(filepath.Join(bare, "open_clip_config.json")); err != nil {
		t.Fatal(err)
	}
	renamed := filepath.Join(bare, "vit.safetensors")
	quick := filepath.Join(bare, "open_clip_quickgelu.safetensors")
	for _, to := range []string{renamed, quick} {
		if err := os.Link(filepath.Join(bare, "open_clip_model.safetensors"), to); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		path string
		o    Options
		want string
	}{
		{"testdata/formats/openclip", Options{}, GELU},
		{"testdata/formats/openclip", Options{Activation: QuickGELU}, QuickGELU},
		{bare, Options{}, GELU},
		{renamed, Options{}, ""},
		{renamed, Options{Activation: GELU}, GELU},
		{quick, Options{}, ""},
		{"testdata/formats/hf_bin", Options{}, QuickGELU},
		{"testdata/formats/traced/ViT.pt", Options{}, ""},
	} {
		m, err := Load(c.path, c.o)
		if err != nil {
			t.Fatal(err)
		}
		if m.Config.Activation != c.want {
			t.Errorf("%s with %+v: activation %q, want %q", c.path, c.o, m.Config.Activation, c.want)
		}
	}
	if _, err := Load(renamed, Options{Activation: "relu"}); err == nil || !strings.Contains(err.Error(), "relu") {
		t.Errorf("error %v", err)
	}
}

func TestVocabularyOption(t *testing.T) {
	dir := copyOf(t, "traced")
	from, to := filepath.Join(dir, "bpe_simple_vocab_16e6.txt.gz"), filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "ViT.pt")
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "by the option Vocabulary") {
		t.Errorf("error %v", err)
	}
	if _, err := Load(path, Options{Vocabulary: to}); err != nil {
		t.Error(err)
	}
	if _, err := Load(path, Options{Vocabulary: path}); err == nil || !strings.Contains(err.Error(), "not a vocabulary") {
		t.Errorf("error %v", err)
	}
}

// Sizes that a file only announces must not be allocated.
func TestAnnouncedSizes(t *testing.T) {
	for name, config := range map[string]string{
		"wide":    `{"embed":8,"vision":{"image":8,"patch":4,"width":1099511627776,"layers":2,"heads":1},"text":{"context":10,"vocab":536,"width":8,"layers":2,"heads":1}}`,
		"deep":    `{"embed":8,"vision":{"image":8,"patch":4,"width":8,"layers":1000000000,"heads":1},"text":{"context":10,"vocab":536,"width":8,"layers":2,"heads":1}}`,
		"largest": `{"embed":9223372036854775807,"vision":{"image":9223372036854775807,"patch":1,"width":9223372036854775807,"layers":2,"heads":1},"text":{"context":10,"vocab":536,"width":8,"layers":2,"heads":1}}`,
	} {
		_, err := Load(goldenFile(t, map[string]string{metaConfig: config}, nil))
		if err == nil || !strings.Contains(err.Error(), "weights, and the file has") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	// Dimensions beside a 0 take no bytes in the file.
	_, err := Load(goldenFile(t, ownMerges(), func(all map[string]weights.Tensor) {
		all["visual.conv1.weight"] = weights.NewF32("visual.conv1.weight", []int{1 << 30, 3, 0, 1 << 30}, nil)
	}))
	if err == nil || !strings.Contains(err.Error(), "the file has") {
		t.Errorf("error %v", err)
	}
}
