package data

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/data/coop"
	"frontdoor/data/world"
	"frontdoor/internal/testdata"
)

func TestOpenKnowsEveryKindOfName(t *testing.T) {
	dir := tree(t, "cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png")
	for name, want := range map[string]string{"coltex": "coltex", "coltex@7": "coltex@7", "folder": filepath.Base(dir)} {
		d, report, err := Open(context.Background(), name, OpenOptions{Data: dir, Size: 8})
		if err != nil || report == nil || d.Name != want || len(d.Train) == 0 || len(d.Test) == 0 {
			t.Errorf("%s: %+v, report %v, error %v", name, d, report, err)
		}
	}
	for kind, names := range map[Kind][]string{Rendered: world.TaskNames(), Published: coop.Names(), Own: {FolderName}} {
		for _, name := range names {
			if have, err := KindOf(name); have != kind || err != nil {
				t.Errorf("%s is of kind %v, want %v (error %v)", name, have, kind, err)
			}
		}
	}
	_, _, err := Open(context.Background(), "imagnet", OpenOptions{})
	for _, want := range []string{"imagnet", "imagenet", "texshape", "folder"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not name %q", err, want)
		}
	}
}

// The hashes are of the selections that CPython's random module makes from the
// published split file by Dassl's rule: "path label" lines, training images
// first.
func TestCaltech101FewShot(t *testing.T) {
	root := filepath.Dir(testdata.Shared(t, "caltech-101"))
	d, _, err := Open(context.Background(), "caltech101", OpenOptions{Data: root})
	if err != nil {
		t.Fatal(err)
	}
	images := filepath.Join(root, "caltech-101", "101_ObjectCategories")
	for _, c := range []struct {
		shots int
		seed  int64
		want  string
	}{
		{1, 1, "ed085074a24004b7"}, {1, 2, "23377f1c70096b6c"}, {1, 3, "75a822f3463d83fe"},
		{4, 1, "8e20f0bf5d074ab1"}, {4, 2, "ce15c26028b9c270"}, {4, 3, "00e930647f83940c"},
		{16, 1, "7e874f1789659fc7"}, {16, 2, "b2c72903dd664f42"}, {16, 3, "7e7be75befd7ff4d"},
	} {
		few := d.FewShot(c.shots, c.seed)
		h := sha256.New()
		for _, it := range slices.Concat(few.Train, few.Val) {
			rel, err := filepath.Rel(images, it.Name())
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(h, "%s %d\n", filepath.ToSlash(rel), it.Label)
		}
		if have := fmt.Sprintf("%x", h.Sum(nil))[:16]; have != c.want {
			t.Errorf("%d shots, seed %d: selection %s, want %s", c.shots, c.seed, have, c.want)
		}
	}
}

// A split file of any size does not keep its reader from ending with its
// context.
func TestSplitFileIsInterrupted(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "oxford_pets")
	if err := os.MkdirAll(filepath.Join(dir, "images"), 0o755); err != nil {
		t.Fatal(err)
	}
	entries := `["a.jpg", 0, "a"]` + strings.Repeat(`,["a.jpg", 0, "a"]`, 500_000)
	text := fmt.Sprintf(`{"train": [%s], "val": [], "test": [["b.jpg", 1, "b"]]}`, entries)
	if err := os.WriteFile(filepath.Join(dir, "split_zhou_OxfordPets.json"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	if _, _, err := Open(ctx, "oxford_pets", OpenOptions{Data: root}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}
