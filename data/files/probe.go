package files

import (
	"context"
	"path"
	"slices"
	"strings"

	"frontdoor/internal/parallel"
)

// imageEnds are the ends of names that images have.
var imageEnds = []string{".jpg", ".jpeg", ".jpe", ".jfif", ".jfi", ".jif", ".pjpeg", ".pjp", ".png", ".apng", ".gif", ".webp",
	".heic", ".heif", ".hif", ".avif", ".bmp", ".dib", ".tif", ".tiff", ".jp2", ".jxl"}

// namedImage says whether a file should be an image by its name.
func namedImage(name string) bool {
	return slices.Contains(imageEnds, strings.ToLower(path.Ext(name)))
}

// probeBatch is how many headers are read between two looks at the context.
const probeBatch = 256

// probe keeps the files that are images by their headers. The others go to
// others; those whose name promised an image are left out with an error.
func (t *tree) probe(ctx context.Context) error {
	var images []entry
	for part := range slices.Chunk(t.files, probeBatch) {
		if err := ctx.Err(); err != nil {
			return err
		}
		for i, err := range probeAll(part) {
			switch {
			case err == nil:
				images = append(images, part[i])
			case namedImage(part[i].path):
				t.left = append(t.left, Left{part[i].Name(), "", err})
			default:
				t.others = append(t.others, part[i])
			}
		}
	}
	t.files = images
	return nil
}

// probeAll reads the headers of images, in parallel.
func probeAll(part []entry) []error {
	errs := make([]error, len(part))
	parallel.For(len(part), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			errs[i] = part[i].Probe()
		}
	})
	return errs
}
