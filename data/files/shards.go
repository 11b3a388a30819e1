package files

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/internal/textfile"
)

// In a WebDataset shard the members of one sample lie beside each other and
// share a name up to the first full stop: 000017.jpg, 000017.cls.

// maxLabel bounds the file of a label.
const maxLabel = 1 << 20

// sampleKey splits a member's name into that of its sample and the rest.
func sampleKey(name string) (key, end string) {
	dir, base := path.Split(strings.TrimPrefix(name, "./"))
	base, end, _ = strings.Cut(base, ".")
	return dir + base, strings.ToLower(end)
}

// labelRank says how good a label a member is, 0 for none: one that is made for
// it is better than a structure or a text.
func labelRank(name string) int {
	_, end := sampleKey(name)
	first, _, _ := strings.Cut(end, ".")
	switch first {
	case "cls", "class", "label", "target":
		return 3
	case "json":
		return 2
	case "txt", "text", "caption":
		return 1
	}
	return 0
}

// samples are the labels of the samples of a shard.
type samples map[string]sampleLabel

// sampleLabel is the best label of a sample.
type sampleLabel struct {
	rank  int
	class string
	err   string
}

// add takes a member that may be the label of its sample. A better one replaces
// it, and one that can be read replaces one that cannot.
func (s samples) add(name string, text []byte) {
	key, _ := sampleKey(name)
	fresh, known := readLabel(name, text), s[key]
	if known.rank == 0 || fresh.err == "" && (known.err != "" || fresh.rank > known.rank) {
		s[key] = fresh
	}
}

// readLabel reads a member as a label.
func readLabel(name string, text []byte) sampleLabel {
	l := sampleLabel{rank: labelRank(name)}
	decoded, err := textfile.Decode(text)
	if l.class = strings.TrimSpace(decoded); err == nil && l.rank == 2 {
		l.class, err = labelOfJSON(decoded)
	}
	if err == nil && strings.ContainsAny(l.class, "\n\r") {
		err = errors.New("several lines are no class")
	}
	if err != nil {
		l.err = path.Base(name) + ": " + err.Error()
	}
	return l
}

// shard says whether the images of a tar archive are samples: at least half of
// them have a label beside them.
func (s samples) shard(images []entry) bool {
	labelled := 0
	for _, im := range images {
		if key, _ := sampleKey(im.path); s[key].rank > 0 {
			labelled++
		}
	}
	return labelled > 0 && 2*labelled >= len(images)
}

// openTar opens a tar archive of class folders or of samples.
func openTar(ctx context.Context, file string) (*Collection, error) {
	labels := samples{}
	t, err := readTar(ctx, file, labels.add)
	if err != nil {
		return nil, err
	}
	if err := t.probe(ctx); err != nil {
		return nil, err
	}
	if !labels.shard(t.files) {
		return t.collect()
	}
	c := &Collection{Root: file, Left: t.left, Notes: t.notes}
	if err := c.namesBeside(file); err != nil {
		return nil, err
	}
	for _, im := range t.files {
		key, _ := sampleKey(im.path)
		switch l := labels[key]; {
		case l.rank == 0:
			c.leave(im.Name(), "no label lies beside it")
		case l.err != "":
			c.leave(im.Name(), l.err)
		case l.class == "" || l.class == "-1":
			c.leave(im.Name(), "its label is empty")
		default:
			c.add(c.class(l.class, file), Whole, []entry{im})
		}
	}
	c.finish()
	return c, nil
}

// besideNames are files of class names beside a table, a list or shards, and in
// the folder above them.
var besideNames = []string{namesFile, "classnames.txt"}

// namesBeside reads the file of class names beside a file.
func (c *Collection) namesBeside(file string) error {
	dir := filepath.Dir(file)
	c.NamesPath = filepath.Join(dir, namesFile)
	for _, d := range []string{dir, filepath.Dir(filepath.Clean(dir))} {
		for _, name := range besideNames {
			p := filepath.Join(d, name)
			if _, err := os.Stat(p); err != nil || slices.Contains([]string{file}, p) {
				continue
			}
			text, err := textfile.Read(p)
			c.NamesPath, c.NamesText = p, text
			return err
		}
	}
	return nil
}
