package data

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestClassNames(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string // nil for an error
		err  string
	}{
		"list":               {"\ufeff# names\r\nAnna's cat\r\n\r\nflat: a home\n", []string{"Anna's cat", "flat: a home"}, ""},
		"mapping":            {"b: bee\na : ay: 1\n", []string{"ay: 1", "bee"}, ""},
		"part of a mapping":  {"b: bee", []string{"a", "bee"}, ""},
		"nothing":            {"\n# nothing\n", []string{"a", "b"}, ""},
		"too few":            {"one", nil, "1 names for 2"},
		"too many":           {"one\ntwo\nthree", nil, "3 names for 2"},
		"unknown folder":     {"a: x\n\nz: y", nil, "classes.txt:3"},
		"line without colon": {"a: x\nb", nil, "classes.txt:2"},
		"no name":            {"a:", nil, "classes.txt:1"},
		"twice":              {"a: x\na: y", nil, "line 1"},
		"same name":          {"same\nsame", nil, "both named"},
	} {
		dir := tree(t, "a/1.png", "a/2.png", "b/1.png")
		put(t, filepath.Join(dir, "classes.txt"), []byte(c.text))
		d, _, err := Open(context.Background(), FolderName, OpenOptions{Data: dir})
		var got []string
		if err == nil {
			got = d.Classes
		}
		if c.want != nil && (err != nil || !slices.Equal(got, c.want)) {
			t.Errorf("%s: %q, %v, want %q", name, got, err, c.want)
		}
		if c.want == nil && (err == nil || !strings.Contains(err.Error(), c.err) || !strings.Contains(err.Error(), dir)) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.err)
		}
	}
}
