package data

import (
	"context"

	"frontdoor/imaging"
)

// Upright is an image file that is turned as its EXIF orientation asks; its
// value is the path.
type Upright string

// Open decodes the file and turns the image.
func (f Upright) Open(ctx context.Context) (*imaging.Image, error) {
	return imaging.LoadUpright(ctx, string(f))
}

// Name returns the path.
func (f Upright) Name() string { return string(f) }

// filePath returns the path of a source that is a file, and how its image
// differs from what is stored.
func filePath(s Source) (path, turned string, ok bool) {
	switch f := s.(type) {
	case File:
		return string(f), "", true
	case Upright:
		return string(f), turnedUpright, true
	}
	return "", "", false
}

// Upright says whether the dataset's photographs are turned as their EXIF
// orientation asks.
func (d *Dataset) Upright() bool {
	if len(d.Train) == 0 {
		return false
	}
	switch s := d.Train[0].Source.(type) {
	case Upright:
		return true
	case packed:
		return s.upright
	}
	return false
}

// Orientation says which photographs are turned as their EXIF orientation asks.
type Orientation int

// The choices of Orientation.
const (
	// ByKind turns one's own photographs, as everybody sees them, and leaves
	// published datasets as they are stored, as CLIP's evaluation reads them.
	ByKind Orientation = iota
	AllUpright
	AllStored
)

// turns says whether images of a kind are turned.
func (o Orientation) turns(kind Kind) bool {
	return o == AllUpright || o == ByKind && kind == Own
}

// source returns the image file at path, turned or as it is stored.
func (o Orientation) source(path string, kind Kind) Source {
	if o.turns(kind) {
		return Upright(path)
	}
	return File(path)
}
