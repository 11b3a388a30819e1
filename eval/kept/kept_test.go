package kept

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/imaging"
	"frontdoor/internal/evaltest"
)

// Features are found again by the content of an image, and by nothing less than
// the same tower, arithmetic, preprocessing and crop; whatever is damaged is
// computed again.
func TestNothingElseIsBelieved(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "kept")
	items := evaltest.Files(t, 0, 1)
	// asked opens the folder anew and returns how many features it computed.
	asked := func(m *clip.Model, kernel string, items []data.Item) (computed int) {
		f, err := Open(dir, filepath.Dir(items[0].Name()), m, kernel)
		if err != nil {
			t.Fatal(err)
		}
		var keys []Key
		for _, it := range items {
			key, keep, err := f.Identity(it)
			if err != nil || !keep {
				t.Fatal(keep, err)
			}
			keys = append(keys, key)
		}
		_, err = f.Whole(context.Background(), keys, func(missing []int) ([][]float32, error) {
			computed = len(missing)
			out := make([][]float32, len(missing))
			for i := range out {
				out[i] = make([]float32, m.Config.Vision.Width)
			}
			return out, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Save(); err != nil {
			t.Fatal(err)
		}
		return computed
	}
	check := func(what string, got, want int) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %d features were computed, want %d", what, got, want)
		}
	}
	check("at first", asked(m, "k", items), 2)
	check("again", asked(m, "k", items), 0)
	check("the same images elsewhere, in another order", asked(m, "k", evaltest.Files(t, 1, 0)), 0)
	check("other arithmetic", asked(m, "another", items), 2)
	prepared := *m
	prepared.Config.Preprocess = imaging.Processor{Height: 48}
	check("other preprocessing", asked(&prepared, "k", items), 2)
	other, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	other.Vision.Proj.Data[1] += 1e-3
	check("another tower", asked(other, "k", items), 2)
	if err := os.WriteFile(items[0].Name(), []byte("another image"), 0o644); err != nil {
		t.Fatal(err)
	}
	check("another content", asked(m, "k", items), 1)
	for _, path := range glob(t, filepath.Join(dir, "features", "*", "*", "*.features")) {
		if err := os.Truncate(path, 20); err != nil {
			t.Fatal(err)
		}
	}
	check("truncated", asked(m, "k", items), 2)
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	return paths
}

// Random crops have keys of their own, by number and by how they crop.
func TestCropsHaveKeysOfTheirOwn(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	items := evaltest.Files(t, 0)
	f, err := Open(filepath.Join(t.TempDir(), "kept"), "", m, "k")
	if err != nil {
		t.Fatal(err)
	}
	id, _, err := f.Identity(items[0])
	if err != nil {
		t.Fatal(err)
	}
	half := augment.Crop(0.5)
	_, err = f.Crops(context.Background(), half, []Crop{{id, 0}, {id, 2}}, func(missing []int) ([][]float32, error) {
		width := m.Config.Vision.Width
		return [][]float32{make([]float32, width), make([]float32, width)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := []int{f.CountCrops(half, 1, items[0]), f.CountCrops(half, 3, items[0]), f.CountCrops(augment.Crop(0.08), 3, items[0])}; got[0] != 1 || got[1] != 2 || got[2] != 0 {
		t.Errorf("crops that are kept: %v", got)
	}
	if f.HasWhole(items)[0] {
		t.Error("a crop counts as the image as it is")
	}
}

// What can be decoded is found out once; what cannot is said each time. A picture
// of the world is never kept.
func TestVerify(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	items := evaltest.Files(t, 0, 1)
	if err := os.WriteFile(items[1].Name(), []byte("no image"), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := Open(filepath.Join(t.TempDir(), "kept"), "", m, "k")
	if err != nil {
		t.Fatal(err)
	}
	items = append(items, data.Item{Source: data.WorldItem{ID: "drawn"}})
	for range 2 {
		errs := f.Verify(context.Background(), items)
		if errs[0] != nil || errs[1] == nil || errs[2] != nil {
			t.Errorf("%v", errs)
		}
	}
	if _, keep, err := f.Identity(items[2]); keep || err != nil {
		t.Errorf("a drawn picture: kept %v, %v", keep, err)
	}
}
