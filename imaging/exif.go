package imaging

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"regexp"

	"frontdoor/imaging/heif"
)

// A camera that is held sideways stores the pixels as its sensor read them,
// and beside them, in a block of metadata called EXIF, how the picture is to be
// turned. Programs that edit pictures may write it as text instead, called XMP.
// CLIP was trained and evaluated on the stored pixels, so Decode ignores both.
// LoadUpright is for those who want what they see.

// Orientation returns how an image file is to be turned, a number from 1 to 8 as
// EXIF defines it, by the rule of Pillow's ImageOps.exif_transpose: EXIF decides,
// and XMP where EXIF does not name an orientation; in AVIF the properties irot and
// imir stand for EXIF's number. It is 1, not at all, where neither does or the
// number is another.
func Orientation(data []byte) int {
	f, err := sniff(data[:min(len(data), headBytes)])
	if err != nil {
		return 1
	}
	if o := heif.Orientation(data); f.name == "AVIF" && o != 1 {
		return o
	}
	exif, xmp := f.notes(data)
	o, ok := orientationOf(exif)
	if ok && f.name == "AVIF" {
		return 1 // the properties decide
	}
	if !ok {
		o = orientationInXMP(xmp)
	}
	if o < 1 || o > 8 {
		return 1
	}
	return o
}

func noNotes([]byte) (exif, xmp []byte) { return nil, nil }

// notesOfJPEG returns the metadata of a JPEG file, which lie in segments APP1
// before the first scan. Exif of several segments is one block, of XMP the last
// segment counts.
func notesOfJPEG(data []byte) (exif, xmp []byte) {
	const scan, app1 = 0xda, 0xe1
	for data = data[2:]; len(data) >= 4 && data[0] == 0xff; {
		marker := data[1]
		if marker == 0xff { // filling
			data = data[1:]
			continue
		}
		length := int(binary.BigEndian.Uint16(data[2:]))
		if marker == scan || length < 2 || length > len(data)-2 {
			break
		}
		segment := data[4 : 2+length]
		if rest, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok && marker == app1 {
			exif = append(exif, rest...)
		}
		if rest, ok := bytes.CutPrefix(segment, []byte("http://ns.adobe.com/xap/1.0/\x00")); ok && marker == app1 {
			xmp = rest
		}
		data = data[2+length:]
	}
	return exif, xmp
}

// inXMP is how Pillow finds an orientation, as an attribute or as an element.
var inXMP = regexp.MustCompile(`tiff:Orientation(?:="|>)([0-9])`)

// orientationInXMP returns the number that the text names, 0 where there is none.
func orientationInXMP(xmp []byte) int {
	m := inXMP.FindSubmatch(xmp)
	if m == nil {
		return 0
	}
	return int(m[1][0] - '0')
}

// orientationOf reads the tag, a SHORT or a LONG, from a block in TIFF's format: a
// header that says which byte comes first and where the table of tags is, twelve
// bytes a tag. It returns false where there is no such tag.
func orientationOf(tiff []byte) (number int, ok bool) {
	const tag, short, long = 0x0112, 3, 4
	var order binary.ByteOrder = binary.LittleEndian
	if len(tiff) < 8 {
		return 0, false
	}
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := order.Uint32(tiff[4:])
	if uint64(at)+2 > uint64(len(tiff)) {
		return 0, false
	}
	table := tiff[at:]
	n := int(order.Uint16(table))
	for table = table[2:]; n > 0 && len(table) >= 12; table, n = table[12:], n-1 {
		if order.Uint16(table) != tag {
			continue
		}
		number = 0 // of another type
		switch order.Uint16(table[2:]) {
		case short:
			number = int(order.Uint16(table[8:]))
		case long:
			number = int(min(order.Uint32(table[8:]), 9))
		}
		ok = true
	}
	return number, ok
}

// Oriented returns the image turned and mirrored as an orientation from 1 to 8
// asks. It panics at any other number.
func (im *Image) Oriented(orientation int) *Image {
	if orientation < 1 || orientation > 8 {
		panic(fmt.Sprintf("imaging.Oriented: orientation %d is not in 1..8", orientation))
	}
	im.must("Oriented")
	if orientation == 1 {
		return im
	}
	out := New(im.W, im.H)
	if orientation >= 5 {
		out = New(im.H, im.W)
	}
	for y := range out.H {
		for x := range out.W {
			// Where the pixel comes from: for 5 to 8 the axes are exchanged.
			u, v := x, y
			if orientation >= 5 {
				u, v = y, x
			}
			switch orientation {
			case 2, 8:
				u = im.W - 1 - u
			case 3, 7:
				u, v = im.W-1-u, im.H-1-v
			case 4, 6:
				v = im.H - 1 - v
			}
			copy(out.Pix[3*(y*out.W+x):][:3], im.Pix[3*(v*im.W+u):][:3])
		}
	}
	out.source = im.source.oriented(im.W, im.H, orientation)
	return out
}

// LoadUpright reads the image file at path as Load does, and turns it as its
// EXIF orientation asks.
func LoadUpright(ctx context.Context, path string) (*Image, error) {
	file, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data := make([]byte, size)
	if _, err := io.ReadFull(file, data); err != nil {
		return nil, fmt.Errorf("image %s: %w", path, err)
	}
	im, err := Decode(ctx, data, path)
	if err != nil {
		return nil, err
	}
	return im.Oriented(Orientation(data)), nil
}
