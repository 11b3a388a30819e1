package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/imaging"
	"frontdoor/internal/parallel"
)

// collect lists the files to classify: files as named, and from folders
// everything that looks like an image by its name, at any depth.
func collect(args []string) ([]string, error) {
	var files []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil || !info.IsDir() {
			files = append(files, arg) // a missing file is reported with the others
			continue
		}
		before := len(files)
		err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && looksLikeImage(path) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			return nil, fmt.Errorf("%s holds no images (.jpg, .jpeg, .png, .gif, .webp)", arg)
		}
	}
	return files, nil
}

func looksLikeImage(path string) bool {
	if strings.HasPrefix(filepath.Base(path), ".") {
		return false
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp":
		return true
	}
	return false
}

// batch is how many images are encoded at once. More would be hardly faster,
// and each takes about 30 MB in ViT-B/16.
const batch = 8

// batches reads the files in order and hands them on as tensors [B, 3, S, S],
// with the files and the errors of those that could not be read.
func batches(ctx context.Context, m *clip.Model, files []string, read func(string) (*imaging.Image, error),
	use func(part []string, errs []error, images *autograd.Tensor) error) error {
	s := m.Config.Vision.Image
	per := 3 * s * s
	for lo := 0; lo < len(files); lo += batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := files[lo:min(lo+batch, len(files))]
		images := autograd.Zeros(len(part), 3, s, s) // [B, 3, S, S]
		errs := make([]error, len(part))
		parallel.For(len(part), 1, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				im, err := read(part[i])
				if errs[i] = err; err == nil {
					m.Preprocess(images.Data[i*per:(i+1)*per], im)
				}
			}
		})
		if err := use(part, errs, images); err != nil {
			return err
		}
	}
	return nil
}
