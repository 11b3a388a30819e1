package report

import (
	"bytes"
	"encoding/base64"
	"errors"
	"html/template"
	"image"
	"image/jpeg"
	"io/fs"
	"maps"
	"slices"

	"frontdoor/eval/rundir"
	"frontdoor/imaging"
)

// thumbnailsFile holds small pictures of the images that a page shows, by their
// names: a page opens nothing that a run folder, which may be a stranger's, only
// names, and it can be written again where the images are not.
const thumbnailsFile = "thumbnails.json"

// What the pictures of a page may take: bytes of all and of one, and the longer
// side in pixels.
const (
	maxThumbs    = 5 << 20 * 3 / 4 // as base64 5 MB
	maxThumb     = 64 << 10
	thumbSide    = 112
	thumbQuality = 80
)

// SaveThumbnails keeps small pictures of those images that the page of a run will
// show. open returns an image by its dataset and its name. One that cannot be
// opened is shown by its name alone.
func SaveThumbnails(run *rundir.Dir, open func(dataset, name string) (*imaging.Image, error)) error {
	config, err := rundir.ReadConfig(run.Path)
	if err != nil {
		return err
	}
	views, _, err := readViews(run.Path, config)
	if err != nil {
		return err
	}
	found, err := readFindings(run.Path)
	if err != nil {
		return err
	}
	var a album
	for _, name := range found.pictured() {
		err = errors.Join(err, a.add(found.Dataset, name, open))
	}
	for _, v := range views {
		for _, p := range v.pictured() {
			err = errors.Join(err, a.add(p.Dataset, p.Image, open))
		}
	}
	if err != nil {
		return err
	}
	return run.WriteJSON(thumbnailsFile, a.pictures)
}

// album collects thumbnails by the names of images.
type album struct {
	pictures map[string][]byte
	size     int
}

// add adds an image if it can be opened and there is room.
func (a *album) add(dataset, name string, open func(dataset, name string) (*imaging.Image, error)) error {
	if a.pictures[name] != nil || len(a.pictures) == maxPictures {
		return nil
	}
	im, err := open(dataset, name)
	if err != nil {
		return nil // it is shown by its name
	}
	text, err := thumbnail(im)
	if err != nil || len(text) > maxThumb || a.size+len(text) > maxThumbs {
		return err
	}
	if a.pictures == nil {
		a.pictures = map[string][]byte{}
	}
	a.pictures[name] = text
	a.size += len(text)
	return nil
}

// pictured lists the predictions with pictures.
func (v view) pictured() []*rundir.Prediction {
	return append(append([]*rundir.Prediction{}, v.Wrong...), v.Unsure...)
}

// thumbnail returns the image as a small JPEG.
func thumbnail(im *imaging.Image) ([]byte, error) {
	if longer := max(im.W, im.H); longer > thumbSide {
		im = imaging.Resize(im, max(1, im.W*thumbSide/longer), max(1, im.H*thumbSide/longer))
	}
	out := image.NewRGBA(image.Rect(0, 0, im.W, im.H))
	for i := range im.W * im.H {
		out.Pix[4*i+3] = 255
		copy(out.Pix[4*i:], im.Pix[3*i:3*i+3])
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, out, &jpeg.Options{Quality: thumbQuality})
	return b.Bytes(), err
}

// readThumbnails returns the pictures of a run as data URLs. What is no JPEG, and
// what is beyond the bounds, is left out.
func readThumbnails(path string) (map[string]template.URL, error) {
	var all map[string][]byte
	if err := rundir.ReadJSON(path, thumbnailsFile, &all); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	urls, size := map[string]template.URL{}, 0
	for _, name := range slices.Sorted(maps.Keys(all)) {
		text := all[name]
		size += len(text)
		if len(urls) == maxPictures || size > maxThumbs {
			break
		}
		if len(text) <= maxThumb && bytes.HasPrefix(text, []byte("\xff\xd8\xff")) {
			urls[name] = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(text))
		}
	}
	return urls, nil
}
