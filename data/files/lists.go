package files

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/internal/exactjson"
	"frontdoor/internal/textfile"
)

// row is a line of a list.
type row struct {
	line               int
	path, class, split string
	err                string
}

// openList opens a list of paths and classes: CSV with commas, semicolons or
// tabs, with a header or without one; JSON, one object a line or an array of
// them; or lines of a path and a class. Paths are relative to the list's
// folder, with slashes of either kind.
func openList(ctx context.Context, file string) (*Collection, error) {
	rows, err := readRows(ctx, file)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(rows, func(r row) bool { return r.class != "" }) {
		return nil, fmt.Errorf("image list %s: no column is a class: name one label or class", file)
	}
	c := &Collection{Root: file}
	if err := c.namesBeside(file); err != nil {
		return nil, err
	}
	if err := c.addRows(ctx, file, rows); err != nil {
		return nil, err
	}
	if err := c.probe(ctx); err != nil {
		return nil, err
	}
	c.finish()
	return c, nil
}

// readRows reads the lines of a list.
func readRows(ctx context.Context, file string) (rows []row, err error) {
	text, err := textfile.Read(file)
	if err != nil {
		return nil, fmt.Errorf("image list %w (wanted is a folder of images, a .zip, .tar or .parquet, or a list as .csv or .jsonl)", err)
	}
	switch start := strings.TrimSpace(text); {
	case start == "":
	case start[0] == '{' || start[0] == '[':
		rows, err = jsonRows(ctx, start)
	default:
		rows, err = tableRows(ctx, strings.TrimLeft(text, "\r\n"), filepath.Dir(file))
	}
	if err != nil {
		return nil, fmt.Errorf("image list %s: %w", file, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("image list %s is empty", file)
	}
	return rows, nil
}

// jsonRows reads objects, one a line or in an array.
func jsonRows(ctx context.Context, text string) ([]row, error) {
	var rows []row
	add := func(object string) error {
		if err := ended(ctx, len(rows)); err != nil {
			return err
		}
		r, err := jsonRow(object, len(rows)+1)
		rows = append(rows, r)
		return err
	}
	if text[0] == '[' {
		if err := eachObject(text, add); err != nil {
			return nil, err
		}
		return rows, nil
	}
	for i, line := range textfile.Lines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if err := add(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return rows, nil
}

// eachObject calls use for each element of a JSON array, one by one, so that no
// more than one of them is in memory as objects.
func eachObject(text string, use func(object string) error) error {
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil { // the bracket
		return fmt.Errorf("no array of JSON objects: %w", err)
	}
	for d.More() {
		var object json.RawMessage
		if err := d.Decode(&object); err != nil {
			return fmt.Errorf("no array of JSON objects: %w", err)
		}
		if err := use(string(object)); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("no array of JSON objects: %w", err)
	}
	return nil
}

// maxObject bounds a line or an object of a list, in bytes.
const maxObject = 1 << 20

// jsonRow reads the n-th object of a list, counted from 1.
func jsonRow(text string, n int) (row, error) {
	r := row{line: n}
	if len(text) > maxObject {
		return r, fmt.Errorf("object %d has %d bytes, more than the limit of %d", n, len(text), maxObject)
	}
	var object map[string]any
	if err := exactjson.Unmarshal([]byte(text), &object); err != nil {
		return r, fmt.Errorf("object %d is no JSON object: %w", n, err)
	}
	at, ok := field(object, pathColumns)
	if !ok {
		return r, fmt.Errorf("object %d has no path: name it %s", n, some(pathColumns))
	}
	var err error
	if r.path, err = word(at); err != nil {
		return r, fmt.Errorf("object %d: the path: %w", n, err)
	}
	if label, ok := field(object, labelColumns); ok {
		if r.class, err = word(label); err != nil {
			r.err = err.Error()
		}
	}
	if split, ok := field(object, splitColumns); ok {
		r.split, _ = word(split)
	}
	return r, nil
}

// addRows adds the images of a list.
func (c *Collection) addRows(ctx context.Context, file string, rows []row) error {
	dir, found := filepath.Dir(file), 0
	there := newFinder(dir)
	first := map[string]string{} // class by path
	c.Splits = slices.ContainsFunc(rows, func(r row) bool { return r.split != "" })
	for i, r := range rows {
		if err := ended(ctx, i); err != nil {
			return err
		}
		split := splitOf(r.split)
		p := there.find(r.split, r.path)
		place := p
		if p == "" {
			place = filepath.Join(dir, filepath.FromSlash(strings.ReplaceAll(r.path, `\`, "/")))
		}
		c.Tests = c.Tests || split == Val || split == Test
		other, again := first[place]
		switch {
		case c.Splits && split == Whole:
			return fmt.Errorf("image list %s: line %d: %q is no split: write train, val or test", file, r.line, r.split)
		case r.path == "":
			c.leave(fmt.Sprintf("%s, line %d", file, r.line), "it names no image")
		case strings.Contains(r.path, "://"):
			c.leave(r.path, "an address, which is not fetched")
		case r.err != "":
			c.leave(place, r.err)
		case r.class == "" || r.class == "-1":
			c.leave(place, "it has no class")
		case again && other == r.class:
			c.leave(place, "listed twice; the first is taken")
		case again:
			c.leave(place, fmt.Sprintf("listed as %s and as %s; the first is taken", other, r.class))
		case p == "":
			c.Left = append(c.Left, Left{place, "", fmt.Errorf("image %s: %w", place, os.ErrNotExist)})
			first[place] = r.class
		default:
			found++
			first[place] = r.class
			c.add(c.class(r.class, file), split, []entry{{p, Disk(p)}})
		}
	}
	if found == 0 {
		return fmt.Errorf("image list %s: none of its %d images is there; the first would be %s", file, len(rows), filepath.Join(dir, rows[0].path))
	}
	return nil
}

// probe keeps the images of a collection that are images by their headers.
func (c *Collection) probe(ctx context.Context) error {
	var images []Labelled
	for part := range slices.Chunk(c.Images, probeBatch) {
		if err := ctx.Err(); err != nil {
			return err
		}
		entries := make([]entry, len(part))
		for i, im := range part {
			entries[i] = entry{im.Name(), im.Image}
		}
		for i, err := range probeAll(entries) {
			if err != nil {
				c.Left = append(c.Left, Left{part[i].Name(), "", err})
				continue
			}
			images = append(images, part[i])
		}
	}
	c.Images = images
	return nil
}
