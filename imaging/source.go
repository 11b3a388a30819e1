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
	// grey16 [H, W, 3] is the high byte of 16-bit grey and twice the low one
	// (mode I;16), nil for others.
	grey16 []uint8
	// inks [H, W, 3] are cyan, magenta and yellow, and black [H, W] is the fourth
	// ink (mode CMYK), nil for others.
	inks, black []uint8
}

// keep notes what a decoder knows of a picture, if it is anything.
func (im *Image) keep(s source) {
	if s.palette != nil || s.alpha != nil || s.grey16 != nil || s.inks != nil {
		im.source = &s
	}
}

// colours returns a palette as source has it.
func colours(palette *[256][3]uint8) [][3]uint8 {
	if palette == nil {
		return nil
	}
	return palette[:]
}

// oriented returns the source of a picture that was turned.
func (s *source) oriented(w, h, orientation int) *source {
	if s == nil {
		return nil
	}
	turned := *s
	turned.alpha = turnedPlane(s.alpha, w, h, orientation)
	turned.black = turnedPlane(s.black, w, h, orientation)
	for _, planes := range []*[]uint8{&turned.grey16, &turned.inks} {
		if *planes != nil {
			*planes = (&Image{W: w, H: h, Pix: *planes}).Oriented(orientation).Pix
		}
	}
	return &turned
}

// turnedPlane turns a plane [H, W], if there is one.
func turnedPlane(plane []uint8, w, h, orientation int) []uint8 {
	if plane == nil {
		return nil
	}
	out := make([]uint8, w*h)
	for i, turned := 0, replicated(plane, w, h).Oriented(orientation); i < len(out); i++ {
		out[i] = turned.Pix[3*i]
	}
	return out
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
	s, fill := im.source, p.Fill
	plain := &Image{W: im.W, H: im.H, Pix: im.Pix}
	switch {
	case s.palette != nil:
		return p.fit(plain, Nearest, s.paletteFill(fill))
	case s.grey16 != nil:
		h, w := p.resized(im.H, im.W)
		return p.cropped(grey16To8(resample16(&Image{W: im.W, H: im.H, Pix: s.grey16}, w, h, p.Filter)), fill)
	case s.inks != nil:
		colour, key := inkFill(fill)
		inks := p.fit(&Image{W: im.W, H: im.H, Pix: s.inks}, p.Filter, colour)
		black := p.fit(replicated(s.black, im.W, im.H), p.Filter, key)
		return mixed(inks, black)
	case s.alpha != nil && !s.keyed && p.Filter != Nearest && p.changes(im):
		return p.weighed(plain, s.alpha, fill)
	}
	return p.fit(plain, p.Filter, fill)
}

// paletteFill is the colour around a picture of indices: a single number is an
// index, as in Pillow. A list of three, which torchvision refuses there, is the
// colour itself.
func (s *source) paletteFill(fill Colour) Colour {
	if fill.isGrey() {
		return s.palette[fill[0]]
	}
	return fill
}

// inkFill is the ink around a picture of four inks: a single number is that
// much of each, as in Pillow. A list of three, which torchvision refuses there,
// is the colour itself.
func inkFill(fill Colour) (inks, black Colour) {
	if fill.isGrey() {
		return fill, fill
	}
	return Colour{255 - fill[0], 255 - fill[1], 255 - fill[2]}, Colour{}
}

// weighed is fit for a picture with alpha, which is weighed in while the
// picture is scaled, and then dropped.
func (p Processor) weighed(im *Image, alpha []uint8, fill Colour) *Image {
	premultiplied := New(im.W, im.H)
	for i, a := range alpha {
		for c := range 3 {
			premultiplied.Pix[3*i+c] = mulDiv255(im.Pix[3*i+c], a)
		}
	}
	alone := p
	alone.CropHeight, alone.CropWidth = 0, 0
	colour := alone.fit(premultiplied, p.Filter, fill)
	opacity := alone.fit(replicated(alpha, im.W, im.H), p.Filter, fill)
	for i := range colour.Pix {
		colour.Pix[i] = unmultiplied(colour.Pix[i], opacity.Pix[i])
	}
	return p.cropped(colour, fill)
}

// cropped is fit for a picture that is resized already.
func (p Processor) cropped(im *Image, fill Colour) *Image {
	p.Resize = KeepSize
	return p.fit(im, p.Filter, fill)
}

// mixed is the colour of four inks: each takes its part of the light that black
// leaves.
func mixed(inks, black *Image) *Image {
	for i, ink := range inks.Pix {
		light := 255 - black.Pix[i]
		inks.Pix[i] = light - mulDiv255(ink, light)
	}
	return inks
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
