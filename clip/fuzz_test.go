package clip

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/weights"
)

// FuzzModel checks that no file makes the loader panic: the sizes, names and
// shapes of what package weights accepts are from outside, too.
func FuzzModel(f *testing.F) {
	for _, name := range []string{"openclip/open_clip_model.safetensors", "traced/ViT.pt", "hf_bin/pytorch_model.bin"} {
		data, err := os.ReadFile(filepath.Join("testdata", "formats", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	own, err := weights.Marshal([]weights.Tensor{
		weights.NewF32("visual.conv1.weight", []int{1, 3, 1, 1}, make([]float32, 3)),
		weights.NewF32("visual.transformer.resblocks.0.ln_1.bias", []int{1}, make([]float32, 1)),
	}, map[string]string{
		metaConfig: `{"embed":1,"vision":{"image":1,"patch":1,"width":1,"layers":1,"heads":1},"text":{"context":2,"vocab":514,"width":1,"layers":1,"heads":1}}`,
		metaMerges: "a b\nab c</w>",
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(own)
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := weights.Parse(data, "fuzz")
		if err != nil {
			return
		}
		// Nothing beside it is read. The vocabulary has a target of its own, and
		// would take most of the time.
		m, err := assemble(file, embedded, Options{NoVocabulary: true})
		if err == nil && m.Config.check() != nil {
			t.Fatalf("sizes %+v", m.Config)
		}
	})
}

// FuzzDescription puts any text beside a model in place of what describes it:
// OpenCLIP's settings, or those of Hugging Face and of its preprocessing.
func FuzzDescription(f *testing.F) {
	dir := f.TempDir()
	models := make([]*weights.File, 2)
	var configs [2][]byte
	for i, name := range []string{"openclip/open_clip_model.safetensors", "hf_bin/pytorch_model.bin"} {
		var err error
		if models[i], err = weights.Open(filepath.Join("testdata", "formats", name)); err != nil {
			f.Fatal(err)
		}
		config := []string{openCLIPConfig, "config.json"}[i]
		if configs[i], err = os.ReadFile(filepath.Join("testdata", "formats", filepath.Dir(name), config)); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(byte(0), configs[0])
	f.Add(byte(1), configs[1])
	f.Add(byte(0), []byte(`{"model_cfg": {"vision_cfg": {"width": 8, "head_width": 8}, "text_cfg": {"`+strings.Repeat("_", 3000)+`": 1}}}`))
	f.Add(byte(1), []byte(`{"vision_config": {"hidden_act": "`+strings.Repeat("x", 3000)+`"}}`))
	f.Add(byte(2), []byte(`{"do_resize": true, "size": {"shortest_edge": 1e308}, "crop_size": [1, 1], "image_mean": [0, 1e300, -1], "image_std": [0, 0, 0]}`))
	f.Fuzz(func(t *testing.T, which byte, text []byte) {
		texts := map[string][]byte{openCLIPConfig: configs[0], "config.json": configs[1], preprocessorConfig: []byte("{}")}
		name := []string{openCLIPConfig, "config.json", preprocessorConfig}[which%3]
		texts[name] = text
		for name, text := range texts {
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		m, err := assemble(models[min(int(which%3), 1)], filepath.Join(dir, "model"), Options{NoVocabulary: true})
		if err == nil && m.Config.check() != nil {
			t.Errorf("sizes %+v", m.Config)
		}
		if err != nil && len(err.Error()) > 500 {
			t.Errorf("a message of %d bytes", len(err.Error()))
		}
	})
}
