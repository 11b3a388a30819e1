package data

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFingerprint(t *testing.T) {
	files := []string{"a/1.png", "a/2.png", "b/1.png", "b/2.png", "b/3.png"}
	dir := tree(t, files...)
	d, _ := folder(t, dir)
	first := d.Fingerprint(dir)
	if !strings.HasPrefix(first, "3/0/2 ") {
		t.Errorf("fingerprint %q", first)
	}
	moved := tree(t, files...)
	if d, _ := folder(t, moved); d.Fingerprint(moved) != first || d.Fingerprint(moved+"/") != first {
		t.Error("the fingerprint depends on the root")
	}
	seen := map[string]string{first: "the dataset"}
	for what, change := range map[string]func() *Dataset{
		"a new image": func() *Dataset {
			put(t, filepath.Join(dir, "b", "4.png"), onePixel(t))
			d, _ := folder(t, dir)
			return d
		},
		"a new name":    func() *Dataset { c := *d; c.Classes = []string{"a", "c"}; return &c },
		"a label":       func() *Dataset { c := *d; c.Test = []Item{{c.Test[0].Source, 1}, c.Test[1]}; return &c },
		"another order": func() *Dataset { c := *d; c.Train = []Item{c.Train[1], c.Train[0], c.Train[2]}; return &c },
		"an extra set":  func() *Dataset { c := *d; c.Extra = []TestSet{{"more", c.Test}}; return &c },
	} {
		f := change().Fingerprint(dir)
		if other, ok := seen[f]; ok {
			t.Errorf("%s has the fingerprint of %s", what, other)
		}
		seen[f] = what
	}
}

// Who asks is told of images that cannot be read, before and after asking, but
// of nothing else.
func TestOnUnreadable(t *testing.T) {
	var r Report
	r.Add("note.txt", "file outside a class folder")
	r.AddError("a.jpg", os.ErrNotExist)
	r.AddError("b.jpg", errors.New("image b.jpg: bad"))
	var told []string
	r.OnUnreadable(func(err error) { told = append(told, err.Error()) })
	r.AddError("c.jpg", errors.New("image c.jpg: bad"))
	if got := strings.Join(told, "; "); got != "image a.jpg: file does not exist; image c.jpg: bad" {
		t.Errorf("told %q", got)
	}
	if p := r.Problems(); len(p) != 4 || p[1] != (Problem{"a.jpg", "the file is missing"}) || p[2] != (Problem{"b.jpg", "bad"}) {
		t.Errorf("problems %v", p)
	}
}
