package imaging

// source is what a picture was before it became RGB, as far as it matters to a
// library that resizes first. Only Decode knows it; whatever is made of an
// image has none.
type source struct {
	// palette [256] are the colours of a picture of indices (Pillow's modes P
	// and 1), which are never averaged; nil for others.
	palette [][3]uint8
	// alpha [H, W] is the opacity of each pixel, nil if all are opaque. keyed
	// says that it is from a transparent colour or index: nothing that is weighed
	// in when the picture is scaled.
	alpha []uint8
	keyed bool
}

// setSource keeps what a decoder knows of a picture, if it matters.
func (im *Image) setSource(palette *[256][3]uint8, alpha []uint8, keyed bool) {
	if palette == nil && alpha == nil {
		return
	}
	s := &source{alpha: alpha, keyed: keyed}
	if palette != nil {
		s.palette = palette[:]
	}
	im.source = s
}

// oriented returns the source of a picture that was turned.
func (s *source) oriented(w, h, orientation int) *source {
	if s == nil || s.alpha == nil {
		return s
	}
	turned := *s
	plane := replicated(s.alpha, w, h).Oriented(orientation)
	turned.alpha = make([]uint8, w*h)
	for i := range turned.alpha {
		turned.alpha[i] = plane.Pix[3*i]
	}
	return &turned
}

// onWhite returns the image with its transparent parts on white, as Pillow's
// alpha_composite lays them.
func (im *Image) onWhite() *Image {
	if im.source == nil || im.source.alpha == nil {
		return im
	}
	out := New(im.W, im.H)
	for i, a := range im.source.alpha {
		for c := range 3 {
			out.Pix[3*i+c] = overWhite(im.Pix[3*i+c], a)
		}
	}
	return out
}

// overWhite blends a value with white in the fixed-point arithmetic of
// Pillow's AlphaComposite.c, for an opaque background.
func overWhite(v, a uint8) uint8 {
	if a == 0 {
		return 255
	}
	const bits = 7
	// With an opaque background the result is opaque, and the share of the
	// picture is its alpha.
	blend := uint32(a) * 255
	rest := uint32(255) * (255 - uint32(a))
	out := blend + rest // 255·255
	c1 := uint32(a) * 255 * 255 * (1 << bits) / out
	c2 := uint32(255*(1<<bits)) - c1
	t := uint32(v)*c1 + 255*c2
	t += 0x80 << bits
	return uint8(((t >> 8) + t) >> 8 >> bits)
}

// sourceBytes is Bytes for a picture that was not RGB, by torchvision's rules.
func (p Processor) sourceBytes(im *Image) *Image {
	s, fill := im.source, [3]uint8{p.Fill, p.Fill, p.Fill}
	plain := &Image{W: im.W, H: im.H, Pix: im.Pix}
	switch {
	case s.palette != nil:
		return p.fit(plain, Nearest, s.palette[p.Fill])
	case s.alpha != nil && !s.keyed && p.Filter != Nearest && p.changes(im):
		premultiplied := New(im.W, im.H)
		for i, a := range s.alpha {
			for c := range 3 {
				premultiplied.Pix[3*i+c] = mulDiv255(im.Pix[3*i+c], a)
			}
		}
		alone := p
		alone.CropHeight, alone.CropWidth = 0, 0
		colour := alone.fit(premultiplied, p.Filter, fill)
		alpha := alone.fit(replicated(s.alpha, im.W, im.H), p.Filter, fill)
		for i := range colour.Pix {
			colour.Pix[i] = unmultiplied(colour.Pix[i], alpha.Pix[i])
		}
		cropped := p
		cropped.Resize = KeepSize
		return cropped.fit(colour, p.Filter, fill)
	}
	return p.fit(plain, p.Filter, fill)
}

// changes says whether the image is resized at all.
func (p Processor) changes(im *Image) bool {
	h, w := p.resized(im.H, im.W)
	return h != im.H || w != im.W
}

// replicated returns a plane [H, W] in all three channels.
func replicated(plane []uint8, w, h int) *Image {
	out := New(w, h)
	for i, v := range plane {
		out.Pix[3*i], out.Pix[3*i+1], out.Pix[3*i+2] = v, v, v
	}
	return out
}

// mulDiv255 is a·b/255 rounded, as Pillow's MULDIV255 computes it.
func mulDiv255(a, b uint8) uint8 {
	t := uint32(a)*uint32(b) + 128
	return uint8(((t >> 8) + t) >> 8)
}

// unmultiplied is the colour of a premultiplied value, as Pillow's rgba2rgbA
// computes it.
func unmultiplied(v, a uint8) uint8 {
	if a == 0 || a == 255 {
		return v
	}
	return uint8(min(255*uint32(v)/uint32(a), 255))
}
