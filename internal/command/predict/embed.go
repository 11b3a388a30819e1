package predict

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"frontdoor"
	"frontdoor/data"
	"frontdoor/internal/term"
)

// embedding is the answer for an image with -embed, as -json prints it.
type embedding struct {
	imageName
	Error   string    `json:"error,omitempty"`
	Feature []float32 `json:"feature,omitempty"` // [E], of length 1
}

// embedAll prints the features of images: JSON lines, or lines of the file's
// name and the numbers with tabs between them.
func (o *options) embedAll(ctx context.Context, w io.Writer) error {
	c, err := o.load(ctx, nil, frontdoor.ImageTowerOnly())
	if err != nil {
		return err
	}
	defer c.Close()
	images, err := o.collect(ctx, stderr)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	failed, err := each(ctx, images, c.EmbedSources, func(im data.Source, feature []float32, err error) error {
		e := embedding{imageName: nameOf(im.Name()), Feature: feature}
		if err != nil {
			e.Error = err.Error()
		}
		if err := o.printEmbedding(out, e); err != nil {
			return err
		}
		return out.Flush()
	})
	if err != nil {
		return err
	}
	return unread(failed, len(images))
}

func (o *options) printEmbedding(out *bufio.Writer, e embedding) error {
	if o.json {
		text, err := json.Marshal(e)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s\n", term.JSON(text))
		return err
	}
	out.WriteString(term.Escape(e.Image, ""))
	if e.Error != "" {
		out.WriteString("\terror: " + term.Escape(e.Error, ""))
	}
	for _, v := range e.Feature {
		out.WriteByte('\t')
		out.WriteString(strconv.FormatFloat(float64(v), 'g', -1, 32))
	}
	return out.WriteByte('\n') // a Writer remembers its first error
}
