package files

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"frontdoor/internal/safefile"
)

// table is a Parquet file with a column of images.
type table struct {
	path   string
	file   *parquet.File
	header features
	images int // index of the leaf column that holds their bytes
	label  int // index of the leaf column of labels, or -1
	names  []string
	note   string
}

// features are what Hugging Face's datasets library says about the columns.
type features map[string]struct {
	Type  string          `json:"_type"`
	Names json.RawMessage `json:"names"`
}

// A table may announce so many rows, and one more for so many of its bytes: each
// is an image.
const (
	freeRows    = 100_000
	bytesPerRow = 64
)

// openParquet opens a table of images and labels. The bytes of an image are in
// a structure of bytes and path, as Hugging Face stores them, or in a column of
// their own; a label is a name, or a number whose name is in the metadata.
func openParquet(ctx context.Context, file string) (*Collection, error) {
	t, err := readTable(ctx, file)
	if err != nil {
		return nil, err
	}
	if t.label < 0 {
		return nil, fmt.Errorf("table %s: its columns are %s, and none is a label: name one label or class", file, some(t.columns()))
	}
	c := &Collection{Root: file, ordered: t.names != nil}
	if err := c.namesBeside(file); err != nil {
		return nil, err
	}
	if t.note != "" {
		c.note("%s: %s", file, t.note)
	}
	images, err := t.entries(ctx)
	if err != nil {
		return nil, err
	}
	labels, err := t.labels(ctx)
	if err != nil {
		return nil, err
	}
	for i, im := range images {
		switch key, name, ok := t.class(labels[i]); {
		case !ok:
			c.leave(im.Name(), fmt.Sprintf("its label is %.100q, which is no class", labels[i]))
		default:
			class := c.class(key, file)
			c.Classes[class].Name = name
			c.Classes[class].number, _ = strconv.Atoi(labels[i])
			c.add(class, Whole, []entry{im})
		}
	}
	c.finish()
	return c, nil
}

// class returns the key and the name of the class of a label.
func (t *table) class(label string) (key, name string, ok bool) {
	if t.names == nil {
		return label, "", label != "" && label != "-1"
	}
	n, err := strconv.Atoi(label)
	if err != nil || n < 0 || n >= len(t.names) {
		return "", "", false
	}
	return t.names[n], strings.ReplaceAll(t.names[n], "_", " "), true
}

// readTable reads the schema of a table and finds its columns.
func readTable(ctx context.Context, path string) (t *table, err error) {
	defer func() { // the library panics on some damaged files
		if r := recover(); r != nil {
			t, err = nil, damaged(path, r)
		}
	}()
	f, size, err := safefile.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := footerFits(f, size); err != nil {
		return nil, damaged(path, err)
	}
	file, err := parquet.OpenFile(watched{f, ctx}, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("table %s: it is cut off or damaged (%w): fetch it again", path, err)
	}
	if limit := freeRows + size/bytesPerRow; file.NumRows() > limit {
		return nil, fmt.Errorf("table %s: it announces %d rows in %d bytes, and %d are the limit", path, file.NumRows(), size, limit)
	}
	t = &table{path: path, file: file}
	if text, ok := file.Lookup("huggingface"); ok {
		var meta struct {
			Info struct {
				Features features `json:"features"`
			} `json:"info"`
		}
		if err := json.Unmarshal([]byte(text), &meta); err == nil {
			t.header = meta.Info.Features
		}
	}
	return t, t.findColumns()
}

// damaged is the error of a panic in the library.
func damaged(path string, cause any) error {
	return fmt.Errorf("table %s: it is cut off or damaged (%v): fetch it again", path, cause)
}

// columns are the names of the leaf columns, with full stops.
func (t *table) columns() []string {
	var out []string
	for _, c := range t.file.Schema().Columns() {
		out = append(out, strings.Join(c, "."))
	}
	return out
}

// findColumns finds the columns of images and labels.
func (t *table) findColumns() error {
	columns := t.file.Schema().Columns()
	t.images, t.label = -1, -1
	var flat, others []string // names of columns without parts
	for i, c := range columns {
		leaf, _ := t.file.Schema().Lookup(c...)
		switch bytes := leaf.Node.Type().Kind() == parquet.ByteArray; {
		case leaf.MaxRepetitionLevel > 0: // a list
		case len(c) == 2 && c[1] == "bytes" && bytes:
			if t.images < 0 || slices.Contains(pathColumns, columnName(c[0])) && !slices.Contains(pathColumns, columnName(columns[t.images][0])) {
				t.images = i
			}
		case len(c) == 1:
			flat = append(flat, c[0])
			if bytes && leaf.Node.Type().LogicalType() == nil {
				others = append(others, c[0])
			}
		}
	}
	index := func(name string) int {
		return slices.IndexFunc(columns, func(c []string) bool { return len(c) == 1 && c[0] == name })
	}
	if t.images < 0 {
		if k := column(others, []string{"image", "img", "bytes", "image_bytes", "jpg", "jpeg", "png", "webp", "content", "data"}); k >= 0 {
			t.images = index(others[k])
		}
	}
	if t.images < 0 {
		return fmt.Errorf("table %s: its columns are %s, and none holds images (a structure of bytes and path, or bytes)", t.path, some(t.columns()))
	}
	return t.findLabel(flat, index)
}

// findLabel finds the column of labels: one with class names in the metadata,
// or one that is called so.
func (t *table) findLabel(flat []string, index func(string) int) error {
	var named []string
	for _, name := range flat {
		if t.header[name].Type == "ClassLabel" {
			named = append(named, name)
		}
	}
	label := ""
	if k := column(named, labelColumns); k >= 0 {
		label = named[k]
	} else if len(named) > 0 {
		label = named[0]
	} else if k := column(flat, labelColumns); k >= 0 {
		label = flat[k]
	}
	if label == "" {
		return nil
	}
	if len(named) > 1 {
		t.note = fmt.Sprintf("of its labels %s the column %s is taken", strings.Join(named, ", "), label)
	}
	t.label = index(label)
	if text := t.header[label].Names; len(text) > 0 {
		if err := json.Unmarshal(text, &t.names); err != nil {
			return fmt.Errorf("table %s: the class names of its column %s: %w", t.path, label, err)
		}
	}
	return nil
}

// labels reads the labels of all rows: words, numbers, or "" for none.
func (t *table) labels(ctx context.Context) (out []string, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, damaged(t.path, r)
		}
	}()
	f, _, err := safefile.Open(t.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	values, words := make([]parquet.Value, 1024), map[string]string{}
	for g := range t.file.RowGroups() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		pages, err := t.pages(f, g, t.label)
		if err != nil {
			return nil, err
		}
		for _, p := range pages {
			n := 0
			err := t.readPage(f, g, t.label, p, 0, func(r parquet.ValueReader) error {
				for {
					k, err := r.ReadValues(values)
					for _, v := range values[:k] {
						text, err := labelText(v, words)
						if err != nil {
							return fmt.Errorf("table %s: %w", t.path, err)
						}
						out = append(out, text)
					}
					if n += k; errors.Is(err, io.EOF) {
						return nil
					} else if err != nil {
						return err
					}
				}
			})
			if err != nil {
				return nil, err
			}
			if int64(n) != p.rows {
				return nil, damaged(t.path, fmt.Sprintf("%d labels where %d are announced", n, p.rows))
			}
		}
	}
	if int64(len(out)) != t.file.NumRows() {
		return nil, damaged(t.path, fmt.Sprintf("%d labels for %d rows", len(out), t.file.NumRows()))
	}
	return out, nil
}

// maxWord is how long a label may be.
const maxWord = 1 << 10

// labelText is a label as a text, "" for none. Rows of one word share its text,
// as they share its bytes in the file.
func labelText(v parquet.Value, words map[string]string) (string, error) {
	switch {
	case v.IsNull():
		return "", nil
	case v.Kind() != parquet.ByteArray && v.Kind() != parquet.FixedLenByteArray:
		return v.String(), nil
	case len(v.ByteArray()) > maxWord:
		return "", fmt.Errorf("a label of %d bytes is no name of a class", len(v.ByteArray()))
	}
	text, ok := words[string(v.ByteArray())]
	if !ok {
		text = string(v.ByteArray())
		words[text] = text
	}
	return text, nil
}

// footerFits returns an error if the length of the footer, which stands before
// the last four bytes, is beyond the file: the library would allocate it.
func footerFits(f io.ReaderAt, size int64) error {
	var end [8]byte
	if size < 12 {
		return errors.New("it has no footer")
	}
	if _, err := f.ReadAt(end[:], size-8); err != nil {
		return err
	}
	if n := int64(binary.LittleEndian.Uint32(end[:4])); n > size-12 {
		return fmt.Errorf("its footer of %d bytes is longer than the file", n)
	}
	return nil
}
