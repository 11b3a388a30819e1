package files

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Every finds the images of a place whatever their classes, in order: one image
// file, or all that Open would find, those without a label and those that should
// be images by their names but cannot be read among them.
func Every(ctx context.Context, name string) ([]Image, []Left, error) {
	paths, err := expand(name)
	if err != nil {
		return nil, nil, err
	}
	var images []Image
	var left []Left
	for _, p := range paths {
		im, l, err := everyOf(ctx, p)
		if err != nil {
			return nil, nil, err
		}
		images, left = append(images, im...), append(left, l...)
	}
	return images, left, nil
}

// everyOf is Every for one path.
func everyOf(ctx context.Context, name string) ([]Image, []Left, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return []Image{Disk(name)}, nil, nil // a missing file is reported with the others
	case info.IsDir():
		t, err := walk(ctx, name)
		if err != nil {
			return nil, nil, err
		}
		return t.every(ctx)
	}
	head, err := firstBytes(name)
	if err != nil || namedImage(name) {
		return []Image{Disk(name)}, nil, nil
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		t, err := readZip(ctx, name)
		if err != nil {
			return nil, nil, err
		}
		return t.every(ctx)
	case bytes.HasPrefix(head, []byte("PAR1")):
		t, err := readTable(ctx, name)
		if err != nil {
			return nil, nil, err
		}
		rows, err := t.entries(ctx)
		return imagesOf(rows), nil, err
	case isTar(name, head):
		t, err := readTar(ctx, name, func(string, []byte) {})
		if err != nil {
			return nil, nil, err
		}
		return t.every(ctx)
	case strings.EqualFold(filepath.Ext(name), ".csv"), strings.EqualFold(filepath.Ext(name), ".tsv"), strings.EqualFold(filepath.Ext(name), ".jsonl"):
		rows, err := readRows(ctx, name)
		if err != nil {
			return nil, nil, err
		}
		images, err := listedImages(ctx, name, rows)
		return images, nil, err
	}
	return []Image{Disk(name)}, nil, nil
}

// every returns the images of a tree: those that can be read, and those that
// should be by their names.
func (t *tree) every(ctx context.Context) ([]Image, []Left, error) {
	files := t.files
	if err := t.probe(ctx); err != nil {
		return nil, nil, err
	}
	other := map[string]bool{}
	for _, f := range t.others {
		other[f.path] = true
	}
	var images []Image
	for _, f := range files {
		if !other[f.path] {
			images = append(images, f.Image)
		}
	}
	var left []Left
	for _, l := range t.left {
		if l.Err == nil { // the others are among the images
			left = append(left, l)
		}
	}
	if len(images) > 0 {
		return images, left, nil
	}
	for _, p := range t.containers() {
		im, l, err := everyOf(ctx, p)
		if err != nil {
			return nil, nil, err
		}
		images, left = append(images, im...), append(left, l...)
	}
	if len(images) == 0 {
		return nil, nil, fmt.Errorf("%s holds no images", t.root)
	}
	return images, left, nil
}

// imagesOf are the images of entries.
func imagesOf(entries []entry) []Image {
	out := make([]Image, len(entries))
	for i, e := range entries {
		out[i] = e.Image
	}
	return out
}

// listedImages are the images of a list, once each; those that are not there
// are reported when they are opened.
func listedImages(ctx context.Context, file string, rows []row) ([]Image, error) {
	var out []Image
	seen, there := map[string]bool{}, newFinder(filepath.Dir(file))
	for i, r := range rows {
		if err := ended(ctx, i); err != nil {
			return nil, err
		}
		p := there.find(r.split, r.path)
		if p == "" {
			p = filepath.Join(filepath.Dir(file), filepath.FromSlash(strings.ReplaceAll(r.path, `\`, "/")))
		}
		if !seen[p] {
			seen[p] = true
			out = append(out, Disk(p))
		}
	}
	return out, nil
}
