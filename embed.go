package frontdoor

import (
	"context"
	"errors"
	"fmt"
	"image"
	"unicode/utf8"

	"frontdoor/data"
)

// Embed returns the feature of each image by the frozen image tower, E numbers
// of length 1; Info says E. Of errors the same holds as for Classify: an image
// without feature has nil.
func (c *Classifier) Embed(ctx context.Context, images ...image.Image) ([][]float32, error) {
	return c.features(ctx, len(images), func(i int) picture { return c.drawn(i, images[i]) })
}

// EmbedBytes is Embed for the contents of image files.
func (c *Classifier) EmbedBytes(ctx context.Context, files ...[]byte) ([][]float32, error) {
	return c.features(ctx, len(files), func(i int) picture { return c.encoded(i, files[i]) })
}

// EmbedFiles is Embed for image files by their paths.
func (c *Classifier) EmbedFiles(ctx context.Context, paths ...string) ([][]float32, error) {
	return c.features(ctx, len(paths), func(i int) picture { return c.file(paths[i]) })
}

// EmbedSources is Embed for images wherever they are, such as in a dataset or in
// an archive.
func (c *Classifier) EmbedSources(ctx context.Context, sources ...data.Source) ([][]float32, error) {
	return c.features(ctx, len(sources), func(i int) picture { return source(i, sources[i]) })
}

func (c *Classifier) features(ctx context.Context, n int, at func(int) picture) ([][]float32, error) {
	q, err := c.ask(ctx, n, true, at)
	if q == nil {
		return nil, err
	}
	for i, failed := range q.errs {
		if failed != nil {
			q.features[i] = nil
		}
	}
	return q.features, err
}

// EmbedText returns the feature of each text by the frozen text tower, E numbers
// of length 1, in the space of Embed's. It fails on a text that is longer than
// the model's context or not UTF-8. Texts are encoded one by one: in one batch they would share
// their beginnings, and round by their company.
func (c *Classifier) EmbedText(ctx context.Context, texts ...string) ([][]float32, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	defer c.calls.Done()
	if c.model.Text == nil {
		return nil, errors.New("frontdoor: the model was loaded without its text tower")
	}
	features := make([][]float32, len(texts))
	for i, text := range texts {
		if !utf8.ValidString(text) { // whatever it says would be read as something else
			return nil, fmt.Errorf("frontdoor: text %d is not UTF-8", i+1)
		}
		err := c.task(ctx, func() error {
			t, err := c.model.TextFeatures(nil, []string{text}) // [1, E]
			if err != nil {
				return err
			}
			if features[i] = t.Row(0); !isFinite(features[i]...) {
				return ErrNotANumber
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return features, nil
}
