package frontdoor

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"reflect"

	"frontdoor/data"
	"frontdoor/imaging"
)

// Classify answers for each image, in their order. An image that is nil, empty
// or beyond the limit of pixels is an *[ImageError], which the error wraps or
// joins with others; the other images still have their answers. When ctx ends,
// Classify returns its error within a batch.
func (c *Classifier) Classify(ctx context.Context, images ...image.Image) ([]Answer, error) {
	return c.answers(ctx, len(images), func(i int) picture { return c.drawn(i, images[i]) })
}

// ClassifyBytes is Classify for the contents of image files: JPEG, PNG, GIF,
// WebP, HEIC or AVIF.
func (c *Classifier) ClassifyBytes(ctx context.Context, files ...[]byte) ([]Answer, error) {
	return c.answers(ctx, len(files), func(i int) picture { return c.encoded(i, files[i]) })
}

// ClassifyFiles is Classify for image files by their paths.
func (c *Classifier) ClassifyFiles(ctx context.Context, paths ...string) ([]Answer, error) {
	return c.answers(ctx, len(paths), func(i int) picture { return c.file(paths[i]) })
}

// ClassifySources is Classify for images wherever they are, such as in a dataset
// or in an archive.
func (c *Classifier) ClassifySources(ctx context.Context, sources ...data.Source) ([]Answer, error) {
	return c.answers(ctx, len(sources), func(i int) picture { return source(i, sources[i]) })
}

func (c *Classifier) answers(ctx context.Context, n int, at func(int) picture) ([]Answer, error) {
	q, err := c.ask(ctx, n, false, at)
	if q == nil {
		return nil, err
	}
	return q.answers, err
}

// drawn is image i of a call.
func (c *Classifier) drawn(i int, im image.Image) picture {
	name := numbered(i)
	return picture{name: name, open: func(ctx context.Context) (*imaging.Image, error) {
		if p := reflect.ValueOf(im); im == nil || p.Kind() == reflect.Pointer && p.IsNil() {
			return nil, fmt.Errorf("%s is nil", name)
		}
		b := im.Bounds()
		if err := c.checkSize(b.Dx(), b.Dy()); err != nil {
			return nil, err
		}
		return imaging.FromImage(im)
	}}
}

// encoded is the file i of a call.
func (c *Classifier) encoded(i int, file []byte) picture {
	return picture{numbered(i), func(ctx context.Context) (*imaging.Image, error) {
		name := fmt.Sprint(i + 1)
		w, h, err := imaging.ProbeReader(bytes.NewReader(file), int64(len(file)), name)
		if err == nil {
			err = c.checkSize(w, h)
		}
		if err != nil {
			return nil, err
		}
		im, err := imaging.Decode(ctx, file, name)
		if err != nil || !c.info.Upright {
			return im, err
		}
		return im.Oriented(imaging.Orientation(file)), nil
	}, c.stored(data.Content{Read: func() ([]byte, error) { return file, nil }})}
}

// stored is the content of a file that is turned if the classifier turns them.
func (c *Classifier) stored(content data.Content) func() (data.Content, bool) {
	return func() (data.Content, bool) { return content.Turned(c.info.Upright), true }
}

// numbered names an image that has no name.
func numbered(i int) string { return fmt.Sprintf("image %d", i+1) }

// file is an image file.
func (c *Classifier) file(path string) picture {
	return picture{path, func(ctx context.Context) (*imaging.Image, error) {
		w, h, err := imaging.Probe(path)
		if err == nil {
			err = c.checkSize(w, h)
		}
		if err != nil {
			return nil, err
		}
		if c.info.Upright {
			return imaging.LoadUpright(ctx, path)
		}
		return imaging.Load(ctx, path)
	}, c.stored(data.Content{Path: path})}
}

// source is source i of a call.
func source(i int, s data.Source) picture {
	item, name := data.Item{Source: s}, numbered(i)
	err := caught(func() error {
		if s != nil { // otherwise the item will say it
			name = s.Name()
		}
		return nil
	})
	if err != nil {
		return picture{name: name, open: func(context.Context) (*imaging.Image, error) { return nil, err }}
	}
	return picture{name, item.Open, item.Content}
}
