package predict

import (
	"context"
	"fmt"
	"io"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/files"
	"frontdoor/imaging"
	"frontdoor/internal/parallel"
)

// photo is an image to classify.
type photo struct {
	files.Image
	upright bool // turned as its EXIF orientation asks
}

// Open decodes the image.
func (p photo) Open() (*imaging.Image, error) { return p.Image.Open(p.upright) }

// collect lists the images to classify: files as named, and from folders,
// archives, tables and lists the images that training would take. What they
// hold besides is noted on w.
func (o *options) collect(ctx context.Context, w io.Writer) ([]data.Source, error) {
	var out []data.Source
	for _, arg := range o.images {
		images, left, err := files.Every(ctx, arg)
		if err != nil {
			return nil, err
		}
		for _, im := range images {
			out = append(out, photo{im, o.exif})
		}
		for i, l := range left {
			if i == mostNotes {
				fmt.Fprintf(w, "predict: note: and %d more are passed over\n", len(left)-i)
				break
			}
			fmt.Fprintf(w, "predict: note: %s is passed over: %s\n", l.Path, l.Reason)
		}
	}
	return out, nil
}

// mostNotes is how many files that are passed over are named one by one.
const mostNotes = 10

// batch is how many images are encoded at once. More would be hardly faster,
// and each takes about 30 MB in ViT-B/16.
const batch = 8

// batches reads the images in order and hands them on as tensors [B, 3, S, S],
// with the images and the errors of those that could not be read.
func batches(ctx context.Context, m *clip.Model, all []data.Source,
	use func(part []data.Source, errs []error, images *autograd.Tensor) error) error {
	s := m.Config.Vision.Image
	per := 3 * s * s
	for lo := 0; lo < len(all); lo += batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := all[lo:min(lo+batch, len(all))]
		images := autograd.Zeros(len(part), 3, s, s) // [B, 3, S, S]
		errs := make([]error, len(part))
		parallel.For(len(part), 1, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				im, err := part[i].Open()
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
