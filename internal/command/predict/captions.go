package predict

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"io"
	"os"
	"strings"

	"frontdoor/autograd"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/imaging"
	"frontdoor/internal/chart"
	"frontdoor/internal/cli"
	"frontdoor/internal/term"
	"frontdoor/simd"
)

// compareCaptions compares images with descriptions, as CLIP does, and prints
// a table; with -figure it plots a bar for each description beside the image. An
// image of several things has a high cosine with a description of any of them.
func (o *options) compareCaptions(ctx context.Context, w io.Writer) error {
	captions, err := entries("captions", o.captions, ";")
	if err != nil {
		return err
	}
	list := func() ([]data.Source, error) { return o.collect(ctx, os.Stderr) }
	if o.render != "" {
		list = o.rendered
	}
	images, err := list()
	if err != nil {
		return err
	}
	m, err := o.load()
	if err != nil {
		return err
	}
	texts, err := m.TextFeatures(nil, captions) // [N, E]
	if err != nil {
		return cli.Usage{Err: fmt.Errorf("-captions: %w", err)}
	}
	t := term.Table{Header: []string{"image", "caption", "cosine", "probability"},
		Align: []term.Align{term.Left, term.Left, term.Right, term.Right}}
	var panels []*chart.Figure
	failed := 0
	err = batches(ctx, m, images, func(part []data.Source, errs []error, pixels *autograd.Tensor) error {
		features := m.ImageFeatures(nil, pixels)                  // [B, E]
		cosines := (*autograd.Tape)(nil).MatMulT(features, texts) // [B, N]
		for i, im := range part {
			p := make([]float32, len(captions))
			simd.SoftmaxScaled(p, cosines.Row(i), m.Scale())
			if errs[i] == nil && !isFinite(append(p, cosines.Row(i)...)...) {
				errs[i] = errNotANumber
			}
			if errs[i] != nil {
				failed++
				t.Rows = append(t.Rows, []string{im.Name(), "error: " + errs[i].Error(), "", ""})
				continue
			}
			t.Rows = append(t.Rows, captionRows(im.Name(), captions, cosines.Row(i), p)...)
			if o.figure == "" {
				continue
			}
			f, err := captionFigure(im, captions, cosines.Row(i))
			if err != nil {
				return err
			}
			panels = append(panels, f)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, t.String()); err != nil {
		return err
	}
	if len(panels) > 0 {
		if err := chart.Stack(panels...).Save(o.figure); err != nil {
			return err
		}
	}
	return unread(failed, len(images))
}

// captionRows are the lines of one image: cosines [N], and the probabilities p
// [N] that CLIP makes of them.
func captionRows(file string, captions []string, cosines, p []float32) [][]string {
	var rows [][]string
	for k, c := range captions {
		rows = append(rows, []string{file, c, fmt.Sprintf("%.3f", cosines[k]), fmt.Sprintf("%.3f", p[k])})
		file = ""
	}
	return rows
}

// shownSide is about how many pixels an image in a figure has: more would only
// make the file large, and fewer would be blurred by what shows it.
const shownSide = 400

// captionFigure plots an image beside its cosines [N].
func captionFigure(source data.Source, captions []string, cosines []float32) (*chart.Figure, error) {
	im, err := source.Open()
	if err != nil {
		return nil, err
	}
	values := make([]float64, len(cosines))
	for i, v := range cosines {
		values[i] = float64(v)
	}
	return chart.Picture{Title: "cosine similarity of image and caption", Image: shown(im), Names: captions, Values: values, Digits: 3}.Figure()
}

// shown returns the image for a figure: a large one made smaller, a small one
// with every pixel repeated.
func shown(im *imaging.Image) image.Image {
	if short := min(im.W, im.H); short > shownSide {
		im = imaging.ResizeShort(im, shownSide)
	}
	n := max(1, shownSide/max(im.W, im.H))
	out := image.NewRGBA(image.Rect(0, 0, n*im.W, n*im.H))
	for y := range n * im.H {
		for x := range n * im.W {
			p := im.Pix[3*(y/n*im.W+x/n):]
			out.SetRGBA(x, y, color.RGBA{p[0], p[1], p[2], 255})
		}
	}
	return out
}

// rendered returns pictures of the synthetic world instead of files: one for each
// description in -render.
func (o *options) rendered() ([]data.Source, error) {
	var out []data.Source
	for text := range strings.SplitSeq(o.render, ";") {
		text = strings.TrimSpace(text)
		f, err := world.Described(text)
		if err != nil {
			return nil, cli.Usage{Err: fmt.Errorf("-render: %w", err)}
		}
		out = append(out, data.WorldItem{Factors: f, Size: 4 * world.Size, ID: "rendered: " + text})
	}
	return out, nil
}
