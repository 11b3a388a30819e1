package predict

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"io"
	"slices"
	"strings"

	"frontdoor"
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
	captions, err := cli.Entries("captions", o.captions, ";", noted)
	if err != nil {
		return err
	}
	list := func() ([]data.Source, error) { return o.collect(ctx, stderr) }
	if o.render != "" {
		list = o.rendered
	}
	images, err := list()
	if err != nil {
		return err
	}
	c, err := o.load(ctx, nil)
	if err != nil {
		return err
	}
	defer c.Close()
	texts, err := c.EmbedText(ctx, captions...) // [N, E]
	if err != nil {
		return cli.Usage{Err: fmt.Errorf("-captions: %w", err)}
	}
	t := term.Table{Header: []string{"image", "caption", "cosine", "probability"},
		Align: []term.Align{term.Left, term.Left, term.Right, term.Right}}
	var panels []*chart.Figure
	damaged := 0
	failed, err := each(ctx, images, c.EmbedSources, func(im data.Source, feature []float32, err error) error {
		cosines, p := make([]float32, len(texts)), make([]float32, len(texts))
		if err == nil {
			cosines = cosinesOf(feature, texts)
			simd.SoftmaxScaled(p, cosines, c.Info().Scale)
			if !isFinite(p) { // of finite cosines, if the scale is not
				err = frontdoor.ErrNotANumber
				damaged++
			}
		}
		if err != nil {
			t.Rows = append(t.Rows, []string{im.Name(), "error: " + err.Error(), "", ""})
			return nil
		}
		t.Rows = append(t.Rows, captionRows(im.Name(), captions, cosines, p)...)
		if o.figure == "" {
			return nil
		}
		f, err := captionFigure(ctx, im, captions, cosines)
		panels = append(panels, f)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, t.Fit(term.Columns(w))); err != nil {
		return err
	}
	if len(panels) > 0 {
		if err := chart.Stack(panels...).Save(o.figure); err != nil {
			return err
		}
	}
	return unread(failed+damaged, len(images))
}

// cosinesOf returns the products [N] of a unit feature [E] with those of texts
// [N, E].
func cosinesOf(feature []float32, texts [][]float32) []float32 {
	out := make([]float32, len(texts))
	for k, text := range texts {
		for i, v := range text {
			out[k] += v * feature[i]
		}
	}
	return out
}

// isFinite says whether no number is infinite or NaN.
func isFinite(x []float32) bool {
	return !slices.ContainsFunc(x, func(v float32) bool { return v-v != 0 })
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
func captionFigure(ctx context.Context, source data.Source, captions []string, cosines []float32) (*chart.Figure, error) {
	im, err := source.Open(ctx)
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
