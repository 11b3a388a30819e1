package clip

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/imaging"
	"frontdoor/weights"
)

// The configuration of one library counts for tensors in the other's names too,
// where its own has none; a config.json of another kind does not.
func TestConfigurationOfTheOtherLibrary(t *testing.T) {
	const clips = `{"model_type": "clip", "vision_config": {"hidden_act": "gelu", "num_attention_heads": 4}, "text_config": {"num_attention_heads": 2, "eos_token_id": 2}}`
	const preprocess = `{"size": 8, "crop_size": 8, "image_mean": 0.5}`
	for name, c := range map[string]struct {
		folder string
		files  map[string]string // "" removes
		heads  int
		act    string
		mean   float64 // of the preprocessing, 0 if there is none
		note   string
	}{
		"transformers'": {"openclip", map[string]string{"open_clip_config.json": "", "config.json": clips}, 4, GELU, 0, ""},
		"with its preprocessing": {"openclip", map[string]string{"open_clip_config.json": "", "config.json": clips, "preprocessor_config.json": preprocess},
			4, GELU, 0.5, ""},
		"its preprocessing alone": {"openclip", map[string]string{"open_clip_config.json": "", "preprocessor_config.json": preprocess}, 1, GELU, 0.5, "by the name"},
		"both":                    {"openclip", map[string]string{"config.json": clips, "preprocessor_config.json": preprocess}, 1, GELU, openAIMean[0], "no image_size"},
		"another's":               {"openclip", map[string]string{"open_clip_config.json": "", "config.json": `{"model_type": "vit", "epochs": 3}`}, 1, GELU, 0, "by the name"},
		"a training's":            {"openclip", map[string]string{"open_clip_config.json": "", "config.json": `{"epochs": 3}`}, 1, GELU, 0, "by the name"},
		"OpenCLIP's": {"hf_bin", map[string]string{"config.json": "", "open_clip_config.json": `{"model_cfg": {"vision_cfg": {"head_width": 2}}, "preprocess_cfg": {"mean": 0.5}}`},
			4, GELU, 0.5, "no context_length"},
	} {
		dir := copyOf(t, c.folder)
		for file, text := range c.files {
			path := filepath.Join(dir, file)
			if text == "" {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		m, err := Load(dir)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p := m.Config.Preprocess; m.Config.Vision.Heads != c.heads || m.Config.Activation != c.act || p.Mean[0] != c.mean || (p == imaging.Processor{}) != (c.mean == 0) {
			t.Errorf("%s: %d heads, %s, %+v; want %d, %s, mean %g", name, m.Config.Vision.Heads, m.Config.Activation, p, c.heads, c.act, c.mean)
		}
		if notes := strings.Join(m.Notes, "; "); !strings.Contains(notes, c.note) || c.note == "" && notes != "" {
			t.Errorf("%s: notes %q, want %q", name, notes, c.note)
		}
	}
}

// What extends the image tower is refused where that tower alone is read, too;
// what extends the text tower is not needed there.
func TestExtendedTowerAlone(t *testing.T) {
	with := func(name string) string {
		return spoilt(t, func(all map[string]weights.Tensor) { all[name] = weights.NewF32("", []int{1}, []float32{1}) })
	}
	const lora = "encoder.layers.1.self_attn.q_proj.lora_A.default.weight"
	if _, err := Load(with("vision_model."+lora), Options{ImageOnly: true}); err == nil || !strings.Contains(err.Error(), lora) {
		t.Errorf("image tower: error %v", err)
	}
	if _, err := Load(with("text_model."+lora), Options{ImageOnly: true}); err != nil {
		t.Errorf("text tower: %v", err)
	}
}

// A model without eos_token_id is read at its highest id, with a note where that
// is not what transformers does.
func TestNoEndOfText(t *testing.T) {
	m, err := Load("testdata/formats/hf_bin")
	if err != nil {
		t.Fatal(err)
	}
	if notes := strings.Join(m.Notes, "; "); !strings.Contains(notes, "no eos_token_id") || m.Config.Text.Pool != "" {
		t.Errorf("pool %q, notes %q", m.Config.Text.Pool, notes)
	}
}
