package clip

import (
	"os"
	"path/filepath"
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
