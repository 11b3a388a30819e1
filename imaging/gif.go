package imaging

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"slices"
)

// decodeGIF reads the first frame on a canvas of the size in the header; what
// the frame leaves uncovered is black.
//
// Go's decoder replaces the transparent colour by zeros, whereas dropping
// alpha means to show the colour that the palette has there. So the
// transparency flag is cleared in a copy of the file first.
func decodeGIF(data []byte) (image.Image, error) {
	data = opaqueGIF(data)
	cfg, err := gif.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	frame, err := gif.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	canvas := image.Rect(0, 0, cfg.Width, cfg.Height)
	if frame.Bounds() == canvas {
		return frame, nil
	}
	out := image.NewNRGBA(canvas)
	part := frame.Bounds().Intersect(canvas)
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			out.SetNRGBA(x, y, color.NRGBAModel.Convert(frame.At(x, y)).(color.NRGBA))
		}
	}
	return out, nil
}

// opaqueGIF returns a copy of the file in which the graphic control blocks in
// front of the first frame announce no transparent colour. A file that ends
// early, or is no GIF, is returned as far as it goes: the decoder reports it.
func opaqueGIF(data []byte) []byte {
	data = slices.Clone(data)
	at := 13 // signature, then the logical screen descriptor
	if len(data) < at {
		return data
	}
	if flags := data[10]; flags&0x80 != 0 { // a global colour table follows
		at += 3 << (1 + flags&7)
	}
	const extension, graphicControl = 0x21, 0xf9
	for at+3 < len(data) && data[at] == extension {
		if data[at+1] == graphicControl {
			data[at+3] &^= 1
		}
		at += 2
		for at < len(data) && data[at] != 0 { // sub-blocks: length, bytes
			at += 1 + int(data[at])
		}
		at++ // the empty sub-block that ends the extension
	}
	return data
}
