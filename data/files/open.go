package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/internal/safefile"
)

// Open finds the labelled images of a place: a folder, an archive, a table or a
// list, see the package comment. Several of them may be named with :: between
// them, with {0000..0003} or {a,b} for parts of their names, or with * and ?;
// the split of each is then in its name, as in train-0000.tar. Errors name what
// is wrong and say what to do.
func Open(ctx context.Context, name string) (*Collection, error) {
	if ctx == nil {
		return nil, errors.New("files: the context is nil")
	}
	if name == "" {
		return nil, errors.New("no place of the images is given: name a folder that holds one folder of images for each class, an archive or a list")
	}
	paths, err := expand(name)
	if err != nil {
		return nil, err
	}
	if len(paths) > 1 {
		return openAll(ctx, name, "", paths)
	}
	info, err := os.Stat(paths[0])
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("image folder %s does not exist: give a folder that holds one folder of images for each class, an archive or a list", name)
	case err != nil:
		return nil, fmt.Errorf("image folder: %w", err)
	case !info.IsDir():
		return openFile(ctx, paths[0])
	}
	return openFolder(ctx, paths[0])
}

// openFolder opens a folder of images, of archives or tables, or with a list.
func openFolder(ctx context.Context, dir string) (*Collection, error) {
	t, err := walk(ctx, dir)
	if err != nil {
		return nil, err
	}
	if err := t.probe(ctx); err != nil {
		return nil, err
	}
	if list := t.lists(); len(list) > 0 {
		return openAll(ctx, dir, dir, list)
	}
	if parts := t.containers(); len(parts) > 0 && len(t.files) == 0 {
		return openAll(ctx, dir, dir, parts)
	}
	return t.collect()
}

// containers are the archives and tables in a folder.
func (t *tree) containers() []string {
	var out []string
	for _, f := range t.others {
		if slices.Contains([]string{".tar", ".zip", ".parquet"}, strings.ToLower(path.Ext(f.path))) {
			out = append(out, t.place(f.path))
		}
	}
	return out
}

// listNames are what a list in a folder of images is called, without its end.
var listNames = []string{"metadata", "labels", "annotations"}

// lists are the lists of a folder of images, if the images have no class
// folders: those of Hugging Face's ImageFolder, such as train/metadata.csv.
func (t *tree) lists() []string {
	var out []string
	depth := -1
	for _, f := range t.others {
		base := strings.ToLower(path.Base(f.path))
		end := path.Ext(base)
		if slices.Contains(listNames, strings.TrimSuffix(base, end)) && slices.Contains([]string{".csv", ".tsv", ".jsonl", ".ndjson"}, end) {
			if d := strings.Count(f.path, "/"); depth < 0 || d <= depth {
				depth = d
				out = append(out, t.place(f.path))
			}
		}
	}
	for _, f := range t.files {
		if len(out) > 0 && strings.Count(f.path, "/") == depth+1 && splitOf(path.Dir(f.path)) == Whole && path.Dir(f.path) != "images" {
			return nil // class folders go first
		}
	}
	return out
}

// openAll opens several files; split words in their paths below dir say what
// they are for.
func openAll(ctx context.Context, name, dir string, paths []string) (*Collection, error) {
	all := &Collection{Root: name, Splits: true}
	for i, p := range paths {
		c, err := openFile(ctx, p)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			all.NamesPath, all.NamesText, all.ordered = c.NamesPath, c.NamesText, c.ordered
		}
		rel := filepath.Base(p)
		if dir != "" {
			rel = strings.TrimPrefix(p, dir)
		}
		split := splitInName(filepath.ToSlash(rel))
		all.Tests = all.Tests || c.Tests || split == Val || split == Test
		all.merge(c, split)
	}
	for _, im := range all.Images {
		all.Splits = all.Splits && im.Split != Whole
	}
	if !all.Splits && slices.ContainsFunc(all.Images, func(im Labelled) bool { return im.Split != Whole }) {
		all.note("%s: what does not say whether it is for training or testing is trained on", name)
		for i := range all.Images {
			if all.Images[i].Split == Whole {
				all.Images[i].Split = Train
			}
		}
		all.Splits = true
	}
	all.finish()
	return all, nil
}

// merge adds the images of another collection.
func (c *Collection) merge(other *Collection, split Split) {
	class := make([]int, len(other.Classes))
	for i, k := range other.Classes {
		class[i] = c.class(k.Key, k.Place)
		c.Classes[class[i]].Name, c.Classes[class[i]].number = k.Name, k.number
	}
	for _, im := range other.Images {
		im.Class = class[im.Class]
		if im.Split == Whole {
			im.Split = split
		}
		c.Images = append(c.Images, im)
	}
	c.Left, c.Notes = append(c.Left, other.Left...), append(c.Notes, other.Notes...)
}

// packings are formats in which no member can be read without all before it, by
// their first bytes.
var packings = map[string]string{
	"\x1f\x8b": "gzip", "BZh": "bzip2", "\xfd7zXZ\x00": "xz", "\x28\xb5\x2f\xfd": "zstd", "7z\xbc\xaf": "7z", "Rar!": "rar",
}

// openFile opens an archive, a table or a list, known by its content.
func openFile(ctx context.Context, file string) (*Collection, error) {
	head, err := firstBytes(file)
	if err != nil {
		return nil, err
	}
	for magic, format := range packings {
		if bytes.HasPrefix(head, []byte(magic)) {
			return nil, fmt.Errorf("%s is packed by %s, in which images cannot be read in place: unpack it, or pack it again as .zip or .tar", file, format)
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("PAR1")):
		return openParquet(ctx, file)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) || bytes.HasPrefix(head, []byte("PK\x07\x08")):
		t, err := readZip(ctx, file)
		if err != nil {
			return nil, err
		}
		return t.openArchive(ctx)
	case isTar(file, head):
		return openTar(ctx, file)
	}
	if Disk(file).Probe() == nil {
		return nil, fmt.Errorf("image folder %s is a file, one image: give the folder that holds one folder of images for each class", file)
	}
	return openList(ctx, file)
}

// openArchive reads the folders of an archive.
func (t *tree) openArchive(ctx context.Context) (*Collection, error) {
	if err := t.probe(ctx); err != nil {
		return nil, err
	}
	return t.collect()
}

// headBytes is what formats are told apart by.
const headBytes = 512

// firstBytes reads the beginning of a file.
func firstBytes(file string) ([]byte, error) {
	f, _, err := safefile.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, headBytes)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return head[:n], nil
}

// isTar says whether a file is a tar archive: old ones have no mark.
func isTar(file string, head []byte) bool {
	return len(head) == headBytes && (string(head[257:262]) == "ustar" || strings.EqualFold(filepath.Ext(file), ".tar"))
}
