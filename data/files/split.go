package files

import (
	"fmt"
	"strings"
)

// Split says what an image is for.
type Split int

// The splits. Whole stands for data that do not say.
const (
	Whole Split = iota
	Train
	Val
	Test
)

// String returns "train", "val" or "test", and "all" for Whole.
func (s Split) String() string {
	names := [...]string{"all", "train", "val", "test"}
	if s < 0 || int(s) >= len(names) {
		return fmt.Sprintf("Split(%d)", int(s))
	}
	return names[s]
}

// splitWords are the words for a split, in lower case.
var splitWords = map[string]Split{
	"train": Train, "training": Train, "trn": Train,
	"val": Val, "valid": Val, "validation": Val, "dev": Val, "eval": Val, "evaluation": Val,
	"test": Test, "testing": Test, "tst": Test,
}

// splitOf reads the name of a split: one of splitWords in any case, also with
// a word behind it as in "training_set" and "test-images". Whole is the answer
// to any other name.
func splitOf(name string) Split {
	name = strings.ToLower(strings.TrimSpace(name))
	if s, ok := splitWords[name]; ok {
		return s
	}
	for _, tail := range []string{"set", "data", "dataset", "images", "imgs", "split"} {
		if rest, ok := strings.CutSuffix(name, tail); ok {
			if s, ok := splitWords[strings.TrimRight(rest, "_- ")]; ok {
				return s
			}
		}
	}
	return Whole
}

// splitInName finds the name of a split among the words of a path, such as
// "imagenet-train-000017.tar" or "train/metadata.csv".
func splitInName(name string) Split {
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("-_. /", r) }) {
		if s := splitWords[strings.ToLower(word)]; s != Whole {
			return s
		}
	}
	return Whole
}

// splitFolders finds the splits among the names of folders: it returns the
// folder of each split if there is one for training and another one, or if all
// folders are splits; else nil, since trains and tests are photographed too.
func splitFolders(dir string, names []string) (map[Split]string, error) {
	found := map[Split]string{}
	for _, name := range names {
		s := splitOf(name)
		if s == Whole {
			continue
		}
		if other, ok := found[s]; ok {
			return nil, fmt.Errorf("image folder %s holds the folders %s and %s, which both look like the %s split: put their images together, or move one away",
				dir, other, name, s)
		}
		found[s] = name
	}
	switch {
	case found[Train] != "" && len(found) > 1:
		return found, nil
	case len(found) > 1 && len(found) == len(names):
		return nil, fmt.Errorf("image folder %s holds %s but no folder for training: add one named train, or give a folder of class folders",
			dir, strings.Join(names, " and "))
	}
	return nil, nil
}
