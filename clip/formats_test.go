package clip

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/autograd"
	"frontdoor/imaging"
	"frontdoor/internal/cache"
	"frontdoor/internal/golden"
	"frontdoor/internal/testdata"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// TestMain keeps the user's own downloads out of the tests.
func TestMain(m *testing.M) {
	home, err := os.MkdirTemp("", "home")
	if err != nil {
		panic(err)
	}
	os.Setenv("HOME", home)
	os.Setenv("XDG_CACHE_HOME", home)
	code := m.Run()
	os.RemoveAll(home)
	os.Exit(code)
}

// formats is what tools/golden/formats.py writes beside the files it makes.
type formats struct {
	Config Config
	Texts  []string
	IDs    [][]int
	Files  map[string]struct{ Images, Texts [][]float32 }
}

// formatTolerance is how far a feature vector may be from PyTorch's, both in
// float32, as a share of its length.
const formatTolerance = 2e-5

// Files of the published formats, written by PyTorch. The small ones here are
// tested always; FRONTDOOR_FORMATS names a folder of larger ones.
func TestFormats(t *testing.T) {
	testFormats(t, filepath.Join("testdata", "formats"))
	t.Run("FRONTDOOR_FORMATS", func(t *testing.T) {
		dir := os.Getenv("FRONTDOOR_FORMATS")
		if dir == "" {
			t.Skip("skipped: FRONTDOOR_FORMATS names no folder that tools/golden/formats.py has filled")
		}
		testFormats(t, dir)
	})
}

func testFormats(t *testing.T, dir string) {
	var want formats
	testdata.ReadJSON(t, filepath.Join(dir, "expected.json"), &want)
	if len(want.Files) == 0 {
		t.Fatal("no files")
	}
	for file := range want.Files {
		t.Run(file, func(t *testing.T) {
			m, err := Load(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			checkFormat(t, m, file, &want)
			converted := filepath.Join(t.TempDir(), "converted.safetensors")
			if _, err := Convert(filepath.Join(dir, file), converted, Options{}); err != nil {
				t.Fatal(err)
			}
			again, err := Load(converted)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range m.stored {
				if !slices.Equal(p.Data, again.stored[i].Data) {
					t.Errorf("%s is different after the conversion", p.Name)
				}
			}
			if again.Config != m.Config || again.Fingerprint() != m.Fingerprint() {
				t.Errorf("the conversion changed %+v to %+v", m.Config, again.Config)
			}
			for _, m := range []*Model{m, again} {
				if err := m.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func checkFormat(t *testing.T, m *Model, file string, want *formats) {
	t.Helper()
	c := m.Config
	if c.Activation, c.Preprocess = "", (imaging.Processor{}); c != want.Config {
		t.Errorf("sizes %+v, want %+v", c, want.Config)
	}
	for i, text := range want.Texts {
		ids, err := m.Tokenizer.Tokenize(text, c.Text.Context, false)
		if err != nil || !slices.Equal(ids, want.IDs[i]) {
			t.Errorf("%q: ids %v, %v, want %v", text, ids, err, want.IDs[i])
		}
	}
	s, n := c.Vision.Image, len(want.Files[file].Images)
	images := autograd.Const(golden.Tensor32("images", n*3*s*s, 4, 0), n, 3, s, s)
	sameFeatures(t, "image", m.Vision.Encode(nil, images, vit.Unprompted(c.Vision, n), nil), want.Files[file].Images)
	sameFeatures(t, "text", m.Text.Encode(nil, textenc.NewBatch([][][]int{want.IDs}, textenc.Saving{}), nil), want.Files[file].Texts)
}

// sameFeatures compares features [N, E] with PyTorch's.
func sameFeatures(t *testing.T, what string, got *autograd.Tensor, want [][]float32) {
	t.Helper()
	worst := 0.0
	for r, row := range want {
		var difference, length float64
		for i, v := range row {
			d := float64(got.Row(r)[i]) - float64(v)
			difference += d * d
			length += float64(v) * float64(v)
		}
		worst = max(worst, math.Sqrt(difference/length))
	}
	t.Logf("%s features: relative error %.2g", what, worst)
	if !(worst <= formatTolerance) {
		t.Errorf("%s features differ from PyTorch's by %.2g, more than %g", what, worst, formatTolerance)
	}
}

// A folder is as good as the file in it.
func TestLoadFolder(t *testing.T) {
	m, err := Load(filepath.Join("testdata", "formats", "hf_bin"))
	if err != nil {
		t.Fatal(err)
	}
	if m.Name != "pytorch_model.bin" {
		t.Errorf("name %q", m.Name)
	}
	if _, err := Load(t.TempDir()); err == nil || !strings.Contains(err.Error(), "usual names") {
		t.Errorf("an empty folder: %v", err)
	}
	downloads := cache.Dirs()[0]
	if err := os.MkdirAll(downloads, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ViT.pt", "bpe_simple_vocab_16e6.txt.gz"} {
		old, err := filepath.Abs(filepath.Join("testdata", "formats", "traced", name))
		if err == nil {
			err = os.Symlink(old, filepath.Join(downloads, name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	defer os.RemoveAll(downloads)
	if _, err := Load("ViT.pt"); err != nil {
		t.Errorf("a downloaded file: %v", err)
	}
	if _, err := Load("ViT-B-16.pt"); err == nil || !strings.Contains(err.Error(), "folders of downloads") {
		t.Errorf("a name that is nowhere: %v", err)
	}
}

// BenchmarkLoad loads each of the files in FRONTDOOR_FORMATS.
func BenchmarkLoad(b *testing.B) {
	dir := os.Getenv("FRONTDOOR_FORMATS")
	if dir == "" {
		b.Skip("skipped: FRONTDOOR_FORMATS names no folder that tools/golden/formats.py has filled")
	}
	var want formats
	testdata.ReadJSON(b, filepath.Join(dir, "expected.json"), &want)
	for file := range want.Files {
		b.Run(file, func(b *testing.B) {
			for b.Loop() {
				m, err := Load(filepath.Join(dir, file))
				if err != nil {
					b.Fatal(err)
				}
				m.Close()
			}
		})
	}
}
