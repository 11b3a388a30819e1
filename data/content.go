package data

// Content is what an image is made of.
type Content struct {
	Path string                 // of its file, or
	Read func() ([]byte, error) // its bytes inside a larger one
	How  string                 // its image differs from what is stored: "" or "upright"
}

// Content says what the item's image is made of; it is false for one without
// bytes, such as a picture of the world.
func (it Item) Content() (Content, bool) {
	source := it.Source
	if c, ok := source.(cachedFile); ok {
		source = c.Source
	}
	if path, turned, ok := filePath(source); ok {
		return Content{Path: path, How: turned}, true
	}
	p, ok := source.(packed)
	if !ok {
		return Content{}, false
	}
	inside, ok := p.Image.(interface{ Bytes() ([]byte, error) })
	if !ok {
		return Content{}, false
	}
	return Content{Read: inside.Bytes}.Turned(p.upright), true
}

// Turned returns the content of a photograph that is turned as its EXIF
// orientation asks, if upright is set.
func (c Content) Turned(upright bool) Content {
	if upright {
		c.How = turnedUpright
	}
	return c
}

// turnedUpright is how an image that is turned differs from what is stored.
const turnedUpright = "upright"
