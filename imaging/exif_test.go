package imaging

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// letters makes an image of pixels named by their red byte: rows of text.
func letters(rows ...string) *Image {
	im := New(len(rows[0]), len(rows))
	for y, row := range rows {
		for x := range row {
			im.Pix[3*(y*im.W+x)] = row[x]
		}
	}
	return im
}

func (im *Image) rows() string {
	var out strings.Builder
	for y := range im.H {
		for x := range im.W {
			out.WriteByte(im.Pix[3*(y*im.W+x)])
		}
		out.WriteByte(' ')
	}
	return strings.TrimSpace(out.String())
}

func TestOriented(t *testing.T) {
	// As the standard says it: where the row 0 and the column 0 of what is
	// stored are in the picture. (6: row 0 is the right side, column 0 the top.)
	for orientation, want := range map[int]string{
		1: "abc def", 2: "cba fed", 3: "fed cba", 4: "def abc",
		5: "ad be cf", 6: "da eb fc", 7: "fc eb da", 8: "cf be ad",
	} {
		if got := letters("abc", "def").Oriented(orientation).rows(); got != want {
			t.Errorf("orientation %d: %s, want %s", orientation, got, want)
		}
	}
}

// withEXIF inserts an EXIF block behind the first marker of a JPEG.
func withEXIF(jpg []byte, order binary.AppendByteOrder, mark string, orientation uint16) []byte {
	tiff := []byte(mark)
	tiff = order.AppendUint16(tiff, 42)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	tiff = append(order.AppendUint16(order.AppendUint16(tiff, 0x0100), 3), 0, 0, 0, 1, 0, 9, 0, 0)
	tiff = order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, 0x0112), 3), 1)
	tiff = append(order.AppendUint16(tiff, orientation), 0, 0)
	block := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{}, jpg[:2]...)
	out = append(out, 0xff, 0xe0, 0, 4, 1, 2) // another block before it
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(block)+2))
	return append(append(out, block...), jpg[2:]...)
}

func TestOrientationOfFile(t *testing.T) {
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, image.NewGray(image.Rect(0, 0, 16, 8)), nil); err != nil {
		t.Fatal(err)
	}
	if got := Orientation(plain.Bytes()); got != 1 {
		t.Errorf("no EXIF: %d", got)
	}
	for n := uint16(0); n < 10; n++ {
		want := int(n)
		if n < 1 || n > 8 {
			want = 1
		}
		little := withEXIF(plain.Bytes(), binary.LittleEndian, "II", n)
		big := withEXIF(plain.Bytes(), binary.BigEndian, "MM", n)
		if a, b := Orientation(little), Orientation(big); a != want || b != want {
			t.Errorf("orientation %d is read as %d and %d", n, a, b)
		}
		for cut := range big { // nothing may reach outside
			Orientation(big[:cut])
		}
		path := filepath.Join(t.TempDir(), "a.jpg")
		if err := os.WriteFile(path, big, 0o644); err != nil {
			t.Fatal(err)
		}
		im, err := LoadUpright(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		size := "16x8"
		if want >= 5 {
			size = "8x16"
		}
		if got := fmt.Sprintf("%dx%d", im.W, im.H); got != size {
			t.Errorf("orientation %d: %s, want %s", n, got, size)
		}
		if stored, err := Load(t.Context(), path); err != nil || stored.W != 16 {
			t.Errorf("Load turns the image: %v", err)
		}
	}
	if _, err := LoadUpright(t.Context(), filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing file: no error")
	}
}

// xmp is a text in which another program says how a picture is to be turned.
const xmp = `<rdf:Description rdf:about="" tiff:Make="x"%s/><tiff:Orientation>3</tiff:Orientation>`

// withXMP inserts a text behind the first marker of a JPEG.
func withXMP(jpg []byte, text string) []byte {
	block := "http://ns.adobe.com/xap/1.0/\x00" + text
	out := append(bytes.Clone(jpg[:2]), 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(block)+2))
	return append(append(out, block...), jpg[2:]...)
}

// Pillow asks XMP where EXIF does not name an orientation; the first number of
// the text counts.
func TestOrientationInXMP(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 16, 8)), nil); err != nil {
		t.Fatal(err)
	}
	plain := b.Bytes()
	for _, c := range []struct {
		name string
		file []byte
		want int
	}{
		{"an attribute", withXMP(plain, fmt.Sprintf(xmp, ` tiff:Orientation="6"`)), 6},
		{"an element", withXMP(plain, fmt.Sprintf(xmp, "")), 3},
		{"no orientation", withXMP(plain, fmt.Sprintf(xmp, ` tiff:Orientation="9"`)), 1},
		{"nothing in it", withXMP(plain, ""), 1},
		{"EXIF decides", withEXIF(withXMP(plain, fmt.Sprintf(xmp, "")), binary.LittleEndian, "II", 8), 8},
		{"EXIF decides for no orientation", withEXIF(withXMP(plain, fmt.Sprintf(xmp, "")), binary.BigEndian, "MM", 0), 1},
	} {
		if got := Orientation(c.file); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// A picture is the same however the camera was held, in each format that says so:
// all pixels of the eight files are equal, and near the picture that they were
// made of. The files are those of tools/pictures/orientations.py.
func TestEightOrientations(t *testing.T) {
	dir := filepath.Join("testdata", "orientation")
	picture, err := Load(t.Context(), filepath.Join(dir, "upright.png"))
	if err != nil {
		t.Fatal(err)
	}
	for ext, allowed := range map[string]int{"png": 0, "webp": 0, "jpg": 1, "heic": 2, "avif": 3} {
		var first *Image
		for o := 1; o <= 8; o++ {
			im, err := LoadUpright(t.Context(), filepath.Join(dir, fmt.Sprintf("exif-%d.%s", o, ext)))
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = im
			}
			if im.W != picture.W || im.H != picture.H || !bytes.Equal(im.Pix, first.Pix) {
				t.Errorf("%s, orientation %d: %d x %d pixels that are not those of orientation 1", ext, o, im.W, im.H)
				continue
			}
			for i, v := range im.Pix {
				if d := int(v) - int(picture.Pix[i]); d > allowed || d < -allowed {
					t.Errorf("%s, orientation %d: value %d is %d, want %d", ext, o, i, v, picture.Pix[i])
					break
				}
			}
		}
	}
}

// In AVIF the properties decide, over EXIF and XMP, also by being absent where EXIF
// names an orientation; XMP counts where neither names one. The numbers are those
// of Pillow 13.
func TestOrientationOfAVIF(t *testing.T) {
	for name, want := range map[string]int{
		"xmp-3.avif": 3, "xmp-6.avif": 6, "exif-1.avif": 1, "exif-8.avif": 8,
		"alone-6.avif": 1, "alone-6-xmp-8.avif": 1, "irot-6-exif-3.avif": 6, "irot-8-xmp-3.avif": 8,
	} {
		data, err := os.ReadFile(filepath.Join("testdata", "orientation", name))
		if err != nil {
			t.Fatal(err)
		}
		if got := Orientation(data); got != want {
			t.Errorf("%s: orientation %d, want %d", name, got, want)
		}
	}
}
