package data

import (
	"path/filepath"
	"slices"
	"testing"
)

// A folder _other is no class and nothing of it is trained on, whether there are
// splits or not.
func TestOtherFolder(t *testing.T) {
	for _, files := range [][]string{
		{"_other/1.png", "_other/2.png", "cup/1.png", "cup/2.png", "lamp/1.png", "lamp/2.png"},
		{"train/_other/1.png", "test/_other/2.png", "train/cup/1.png", "test/cup/2.png", "train/lamp/1.png", "test/lamp/2.png"},
	} {
		d, _ := ownData(t, tree(t, files...))
		if !slices.Equal(d.Classes, []string{"cup", "lamp"}) || len(d.Train) != 2 || len(d.Test) != 2 || len(d.Other) != 2 {
			t.Errorf("%v: classes %v, %d to train on, %d to test, %d others", files, d.Classes, len(d.Train), len(d.Test), len(d.Other))
		}
		for _, it := range slices.Concat(d.Train, d.Test) {
			if class := filepath.Base(filepath.Dir(it.Name())); class != d.Classes[it.Label] {
				t.Errorf("%s has label %d", it.Name(), it.Label)
			}
		}
	}
}
