package clip

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/golden"
	"frontdoor/textenc"
	"frontdoor/textenc/bpe"
	"frontdoor/vit"
	"frontdoor/weights"
)

// merges makes a vocabulary of 512 byte symbols, two merges and two specials.
var merges = []string{"c a", "ca t</w>"}

const vocab = 512 + 2 + 2

// goldenFile writes the golden model with a larger token table as a checkpoint
// in OpenAI's names. edit may change the tensors.
func goldenFile(t *testing.T, meta map[string]string, edit func(map[string]weights.Tensor)) string {
	t.Helper()
	byName := map[string]weights.Tensor{}
	for _, x := range golden.Tensors(vocab) {
		byName[x.Name] = weights.NewF32(x.Name, x.Shape, x.Data)
	}
	if edit != nil {
		edit(byName)
	}
	var list []weights.Tensor
	for _, x := range byName {
		list = append(list, x)
	}
	path := filepath.Join(t.TempDir(), "model.safetensors")
	if err := weights.Write(path, list, meta); err != nil {
		t.Fatal(err)
	}
	return path
}

func ownMerges() map[string]string {
	return map[string]string{metaMerges: strings.Join(merges, "\n")}
}

// A checkpoint of somebody else has no sizes in its metadata.
func TestLoadInfersSizes(t *testing.T) {
	path := goldenFile(t, ownMerges(), func(all map[string]weights.Tensor) {
		// Published checkpoints store the logit scale without dimensions.
		x := golden.Weights("logit_scale", 1, golden.Factor)
		all["logit_scale"] = weights.NewF32("logit_scale", nil, x)
		all["context_length"] = weights.NewF32("context_length", nil, []float32{77}) // not ours: ignored
	})
	m, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := goldenConfig(vocab); m.Config != want {
		t.Errorf("sizes %+v, want %+v", m.Config, want)
	}
	if m.Name != "model.safetensors" {
		t.Errorf("name %q, want the file's", m.Name)
	}
	want := golden.TinyClip().Plain
	images := m.Vision.Encode(nil, goldenImages(), vit.Unprompted(m.Config.Vision, golden.Images), nil)
	near(t, "image features", images.Row(1), want.ImageFeatures1, featureTolerance)
	texts := m.Text.Encode(nil, textenc.NewBatch([][][]int{golden.Tokens()}, textenc.Saving{}), nil)
	near(t, "text features", texts.Row(2), want.TextFeatures[2], featureTolerance)
	near(t, "scale", []float32{m.Scale()}, []float64{100}, 1e-6)
}

func TestLoadErrors(t *testing.T) {
	drop := func(names ...string) func(map[string]weights.Tensor) {
		return func(all map[string]weights.Tensor) {
			for _, n := range names {
				delete(all, n)
			}
		}
	}
	for _, c := range []struct {
		name string
		meta map[string]string
		edit func(map[string]weights.Tensor)
		says []string
	}{
		{"no vocabulary", nil, nil, []string{"no vocabulary", "bpe_simple_vocab_16e6.txt.gz"}},
		{"not a CLIP", ownMerges(), drop("visual.proj"), []string{"visual.proj", "not a CLIP checkpoint"}},
		{"ResNet tower", ownMerges(), func(all map[string]weights.Tensor) {
			delete(all, "visual.proj")
			all["visual.layer1.0.conv1.weight"] = weights.NewF32("visual.layer1.0.conv1.weight", []int{1}, []float32{0})
		}, []string{"ResNet", "Vision Transformers"}},
		{"no token table", ownMerges(), drop("token_embedding.weight"), []string{"token_embedding.weight"}},
		{"missing tensor", ownMerges(), drop("visual.transformer.resblocks.1.ln_2.bias"),
			[]string{"visual.transformer.resblocks.1.ln_2.bias", "missing"}},
		{"wrong shape", ownMerges(), func(all map[string]weights.Tensor) {
			all["ln_final.bias"] = weights.NewF32("ln_final.bias", []int{3}, make([]float32, 3))
		}, []string{"ln_final.bias", "[3]", "[128]"}},
		{"scalar patch weight", ownMerges(), func(all map[string]weights.Tensor) {
			all["visual.conv1.weight"] = weights.NewF32("visual.conv1.weight", []int{128}, make([]float32, 128))
		}, []string{"visual.conv1.weight", "4 or more dimensions"}},
		{"other vocabulary", map[string]string{metaMerges: merges[0]}, nil, []string{"tokenizer", "515", "516"}},
		{"broken merges", map[string]string{metaMerges: "nonsense"}, nil, []string{"nonsense"}},
		{"broken sizes", map[string]string{metaMerges: "", metaConfig: "{"}, nil, []string{metaConfig}},
		{"impossible sizes", map[string]string{metaConfig: `{"embed": 32}`}, nil, []string{"positive"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(goldenFile(t, c.meta, c.edit))
			if err == nil {
				t.Fatal("no error")
			}
			for _, s := range append(c.says, "model.safetensors") {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("error %q does not say %q", err, s)
				}
			}
			if strings.Count(err.Error(), "clip: ") > 1 {
				t.Errorf("error %q names the package more than once", err)
			}
		})
	}
	if _, err := Load(filepath.Join(t.TempDir(), "absent.safetensors")); err == nil || !strings.Contains(err.Error(), "absent.safetensors") {
		t.Errorf("absent file: error %v does not name it", err)
	}
}

// A vocabulary beside the file does as well: its format is the one of
// OpenAI's file, whose first line is a comment.
func TestLoadFindsTheVocabularyBesideTheFile(t *testing.T) {
	path := goldenFile(t, nil, nil)
	text := "#version: 0.2\n" + strings.Join(merges, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "bpe_simple_vocab_16e6.txt"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	m, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Tokenizer.Merges(); !slices.Equal(got, merges) {
		t.Errorf("merges %q, want %q", got, merges)
	}
}

// What Save writes, Load reads: sizes, vocabulary and fp16-rounded weights.
func TestSaveAndLoad(t *testing.T) {
	m, err := Load(goldenFile(t, ownMerges(), nil))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "saved.safetensors")
	if err := m.Save(path, map[string]string{"note": "seven"}); err != nil {
		t.Fatal(err)
	}
	back, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if back.Config != m.Config || !slices.Equal(back.Tokenizer.Merges(), merges) {
		t.Errorf("read %+v and merges %q", back.Config, back.Tokenizer.Merges())
	}
	for i, p := range back.stored {
		want := make([]float64, p.Len())
		for j, v := range m.stored[i].Data {
			want[j] = float64(v)
		}
		near(t, p.Name, p.Data, want, 1.0/2048) // half a unit of fp16's 11 bits
	}
	f, err := weights.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.Metadata()["note"]; got != "seven" {
		t.Errorf("note %q, want \"seven\"", got)
	}
	// Rounding happens once: saving again changes nothing.
	again := filepath.Join(t.TempDir(), "again.safetensors")
	if err := back.Save(again, map[string]string{"note": "seven"}); err != nil {
		t.Fatal(err)
	}
	a, errA := os.ReadFile(path)
	b, errB := os.ReadFile(again)
	if errA != nil || errB != nil || !slices.Equal(a, b) {
		t.Errorf("a second round trip changes the file (%v, %v)", errA, errB)
	}
}

// A vocabulary of bytes only has no merges.
func TestSaveAndLoadWithoutMerges(t *testing.T) {
	tok, err := bpe.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := smallConfig()
	c.Text.Vocab = tok.VocabSize()
	m, err := New(c, tok, 1)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "bytes.safetensors")
	if err := m.Save(path, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err != nil {
		t.Error(err)
	}
}

// The model must outlive its file's mapping.
func TestLoadedWeightsAreCopies(t *testing.T) {
	m, err := Load(goldenFile(t, ownMerges(), nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Trained() {
		p.Data[0]++ // would fault on a read-only mapping
	}
}
