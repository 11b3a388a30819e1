package cache

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFind(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "xdg"))
	dir, err := Dir()
	if err != nil || filepath.Base(dir) != "frontdoor" {
		t.Fatalf("folder %s, %v", dir, err)
	}
	if path, ok := Find("a"); ok {
		t.Errorf("found %s", path)
	}
	dirs := Dirs()
	if len(dirs) != 2 || dirs[0] != dir {
		t.Fatalf("folders %q", dirs)
	}
	for i := len(dirs) - 1; i >= 0; i-- { // the first one wins
		if err := os.MkdirAll(dirs[i], 0o755); err != nil {
			t.Fatal(err)
		}
		want := filepath.Join(dirs[i], "a")
		if err := os.WriteFile(want, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if path, ok := Find("a"); !ok || path != want {
			t.Errorf("found %s, %v, want %s", path, ok, want)
		}
	}
}

func TestFindByTheNameOfAModel(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", home)
	want := filepath.Join(home, "frontdoor", "ViT-B-16.pt")
	if err := os.MkdirAll(filepath.Dir(want), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(want, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if path, ok := Find("vit-b-16"); !ok || path != want {
		t.Errorf("found %s, %v, want %s", path, ok, want)
	}
	if path, ok := Find("vit-l-14"); ok {
		t.Errorf("found %s", path)
	}
}
