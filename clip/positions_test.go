package clip

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// positionTable is a table [rows, 2] that tools/golden/positions.py makes, too.
func positionTable(rows int) []float32 {
	x := make([]float32, 2*rows)
	for i := range x {
		x[i] = float32(i*37%64-31) / 16
	}
	return x
}

// The numbers are of torch.nn.functional.interpolate as open_clip calls it
// (tools/golden/positions.py).
func TestResizedPositions(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to int
		want     []float64
	}{
		{imagePositions, 1 + 2*2, 1 + 3*3, []float64{-1.9375, 0.375, -1.435855, 1.139802, -1.082237, 1.493421, -0.728618, 1.847039,
			-0.728618, -0.416118, -0.375, -0.0625, -0.021381, 0.291119, -0.021381, -1.97204, 0.332237, -1.618421, 0.685855, -1.264803}},
		{imagePositions, 1 + 3*3, 1 + 2*2, []float64{-1.9375, 0.375, -0.377508, 0.479146, 0.485253, -0.452857, -0.55006, 0.195806, 0.312701, 1.169355}},
		{textPositions, 3, 5, []float64{-1.9375, 0.375, -1.6875, 0.625, -1.3125, 1.0, -0.9375, 1.375, -0.6875, 1.625}},
		{textPositions, 5, 3, []float64{-1.729167, 0.583333, -0.6875, 1.625, 0.354167, -1.333333}},
	} {
		near(t, c.name, resized(c.name, positionTable(c.from), c.to, 2), c.want, 1e-6)
	}
}

// openCLIPFolder writes the golden model with a configuration beside it.
func openCLIPFolder(t *testing.T, config string) string {
	t.Helper()
	path := goldenFile(t, ownMerges(), nil)
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), openCLIPConfig), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A configuration of OpenCLIP may ask for another resolution and another length
// of texts than the weights have.
func TestLoadResizesPositions(t *testing.T) {
	plain, err := Load(goldenFile(t, ownMerges(), nil))
	if err != nil {
		t.Fatal(err)
	}
	path := openCLIPFolder(t, `{"model_cfg": {"quick_gelu": true, "vision_cfg": {"image_size": 64}, "text_cfg": {"context_length": 11}}}`)
	m, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	grid := 64 / plain.Config.Vision.Patch
	if m.Config.Vision.Image != 64 || m.Config.Text.Context != 11 || m.Vision.Positional.Rows() != 1+grid*grid {
		t.Errorf("sizes %+v", m.Config)
	}
	if notes := strings.Join(m.Notes, "\n"); !strings.Contains(notes, "positions of patches are resized") || !strings.Contains(notes, "positions of a text are resized") {
		t.Errorf("notes %q", notes)
	}
	near(t, "class token", m.Vision.Positional.Row(0), float64s(plain.Vision.Positional.Row(0)), 0)

	converted := filepath.Join(t.TempDir(), "converted.safetensors")
	if _, err := Convert(path, converted, Options{}); err != nil {
		t.Fatal(err)
	}
	again, err := Load(converted)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range m.stored {
		near(t, p.Name, again.stored[i].Data, float64s(p.Data), 0)
	}

	path = openCLIPFolder(t, `{"model_cfg": {"vision_cfg": {"image_size": 1000000}}}`)
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "more than is resized") {
		t.Errorf("a million pixels: error %v", err)
	}
}

// A configuration about texts is no hindrance where only pictures are embedded.
func TestImageTowerBesideTextSettings(t *testing.T) {
	path := openCLIPFolder(t, `{"embed_dim": 32, "vision_cfg": {}, "text_cfg": {"pool_type": "eos", "eos_id": 515}}`)
	m, err := Load(path, Options{ImageOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if !m.Config.imageOnly() || m.Config.Activation != GELU {
		t.Errorf("%+v", m.Config)
	}
	if _, err := Load(openCLIPFolder(t, `{"model": {}}`)); err == nil || !strings.Contains(err.Error(), "model_cfg is missing") {
		t.Errorf("error %v", err)
	}
}

func float64s(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}
