package coop

import (
	"fmt"
	"math"
	"path"
	"path/filepath"
	"strings"

	"frontdoor/data/files"
	"frontdoor/internal/mt19937"
	"frontdoor/internal/textfile"
)

// layout is a published dataset on disk. Where its split file is missing the
// split is drawn by CoOp's rule, with Python's random numbers from seed 1, so
// that every machine draws the same one. Where the dataset lists its images
// (OxfordPets, StanfordCars, OxfordFlowers, UCF101) this is the published split
// itself, image by image. Where folders are the only list (Caltech101, Food101,
// DTD, EuroSAT) it is not: CoOp drew over the order in which its file system
// happened to give the names, and here they are sorted.
type layout struct {
	*Dataset
	dir, images string // Dataset.Folder and Dataset.Images below the root
}

// drawSeed seeds the splits that are drawn.
const drawSeed = 1

// Shares of a class in a drawn split; what is left is for testing.
const (
	drawnTrain, drawnVal = 0.5, 0.2
)

// share is a part of n, rounded as Python rounds.
func share(n int, part float64) int { return int(math.RoundToEven(float64(n) * part)) }

// classFolders draws a split of each class folder: half for training, a fifth
// for validation. name returns a folder's class name, or "" to skip it.
func classFolders(name func(folder string) string) func(*layout) (splitLists, error) {
	return func(l *layout) (splitLists, error) {
		var out splitLists
		top, err := files.List(l.images)
		if err != nil {
			return out, err
		}
		rng := mt19937.NewPython(drawSeed)
		label := 0
		for _, folder := range top.Folders {
			class := name(folder)
			if class == "" {
				continue
			}
			all, err := l.folderEntries(folder, folder, label, class)
			if err != nil {
				return out, err
			}
			out.divide(all, rng)
			label++
		}
		if label == 0 {
			return out, fmt.Errorf("%s holds no class folders: fetch the images from %s and unpack them there", l.images, l.imagesFrom)
		}
		return out, nil
	}
}

// divide shuffles the images of a class and adds half of them to the training
// list, a fifth to validation and what is left to testing.
func (s *splitLists) divide(class []splitEntry, rng *mt19937.Python) {
	rng.Shuffle(len(class), func(i, j int) { class[i], class[j] = class[j], class[i] })
	a := share(len(class), drawnTrain)
	b := a + share(len(class), drawnVal)
	s.Train = append(s.Train, class[:a]...)
	s.Val = append(s.Val, class[a:b]...)
	s.Test = append(s.Test, class[b:]...)
}

// folderEntries lists the files of a folder below the image folder, in order.
func (l *layout) folderEntries(folder, prefix string, label int, class string) ([]splitEntry, error) {
	listing, err := files.List(filepath.Join(l.images, filepath.FromSlash(folder)))
	if err != nil {
		return nil, err
	}
	var out []splitEntry
	for _, f := range listing.Files {
		out = append(out, splitEntry{path.Join(prefix, f), label, class})
	}
	return out, nil
}

// holdOut splits the published training list: of each class, in the order of
// first appearance, a fifth at random is for validation.
func holdOut(all []splitEntry) (train, val []splitEntry) {
	var order []int
	byLabel := map[int][]splitEntry{}
	for _, e := range all {
		if byLabel[e.label] == nil {
			order = append(order, e.label)
		}
		byLabel[e.label] = append(byLabel[e.label], e)
	}
	rng := mt19937.NewPython(drawSeed)
	for _, label := range order {
		class := byLabel[label]
		rng.Shuffle(len(class), func(i, j int) { class[i], class[j] = class[j], class[i] })
		n := share(len(class), drawnVal)
		val = append(val, class[:n]...)
		train = append(train, class[n:]...)
	}
	return train, val
}

// lines reads a text file of the dataset folder, without its empty lines and
// with forward slashes in its paths.
func (l *layout) lines(name string) ([]string, error) {
	text, err := textfile.Read(filepath.Join(l.dir, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, line := range textfile.Lines(text) {
		if line = strings.TrimSpace(slashed(line)); line != "" {
			out = append(out, line)
		}
	}
	return out, nil
}

// bad is the error of a line that does not have the form of its file.
func (l *layout) bad(name, line string) error {
	return fmt.Errorf("%s: unexpected line %.120q: fetch the file again", filepath.Join(l.dir, filepath.FromSlash(name)), line)
}

// local says whether a path from a list stays in the image folder.
func local(p string) bool { return filepath.IsLocal(filepath.FromSlash(p)) }
