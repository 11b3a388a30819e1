package predict

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"frontdoor/imaging"
)

// sideways writes an image as a camera held otherwise would have: turned back by
// an orientation, which the file names. long stores the number as a LONG.
func sideways(t *testing.T, path string, upright *imaging.Image, orientation int, order binary.AppendByteOrder, long bool) {
	t.Helper()
	back := [...]int{0, 1, 2, 3, 4, 5, 8, 7, 6}[orientation]
	stored := upright.Oriented(back)
	m := image.NewNRGBA(image.Rect(0, 0, stored.W, stored.H))
	for i := range stored.W * stored.H {
		copy(m.Pix[4*i:], stored.Pix[3*i:3*i+3])
		m.Pix[4*i+3] = 255
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	mark := map[bool]string{true: "II*\x00\x08\x00\x00\x00", false: "MM\x00*\x00\x00\x00\x08"}[order.String() == "LittleEndian"]
	kind := uint16(3)
	if long {
		kind = 4
	}
	tiff := order.AppendUint16([]byte(mark), 1)
	tiff = order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, 0x0112), kind), 1)
	if long {
		tiff = order.AppendUint32(tiff, uint32(orientation))
	} else {
		tiff = append(order.AppendUint16(tiff, uint16(orientation)), 0, 0)
	}
	const headerEnd = 33 // behind the signature and IHDR
	chunk := append([]byte("eXIf"), tiff...)
	out := append([]byte{}, b.Bytes()[:headerEnd]...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(tiff)))
	out = binary.BigEndian.AppendUint32(append(out, chunk...), crc32.ChecksumIEEE(chunk))
	if err := os.WriteFile(path, append(out, b.Bytes()[headerEnd:]...), 0o644); err != nil {
		t.Fatal(err)
	}
}

// features returns what -embed prints for the files.
func features(t *testing.T, args ...string) (out [][]float32) {
	t.Helper()
	text, err := run(t, append([]string{"-embed", "-json"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(text) {
		var e embedding
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Error != "" {
			t.Fatal(err, e.Error)
		}
		out = append(out, e.Feature)
	}
	return out
}

// A photograph has the same features however the camera was held, and others
// where its orientation is ignored.
func TestEightOrientations(t *testing.T) {
	upright := imaging.New(24, 16)
	for i := range upright.Pix {
		upright.Pix[i] = byte(i*i/7 + 3*i)
	}
	dir := t.TempDir()
	var files []string
	for o := 1; o <= 8; o++ {
		for i, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			path := filepath.Join(dir, fmt.Sprintf("%d-%d.png", o, i))
			sideways(t, path, upright, o, order, o%2 == i)
			files = append(files, path)
		}
	}
	turned := features(t, files...)
	stored := features(t, append([]string{"-exif=false"}, files...)...)
	for i := range files {
		if !reflect.DeepEqual(turned[i], turned[0]) {
			t.Errorf("%s: other features than upright", files[i])
		}
		if i > 1 && reflect.DeepEqual(stored[i], stored[0]) {
			t.Errorf("%s: with -exif=false the features of the upright one", files[i])
		}
	}
}

// predict reads photographs as the run did, and says so where a flag says
// otherwise.
func TestExifFollowsTheRun(t *testing.T) {
	for _, c := range []struct {
		run   bool // how it was trained
		args  []string
		want  bool
		fails bool
	}{
		{false, nil, false, false},
		{false, []string{"-exif"}, false, true},
		{true, nil, true, false},
		{true, []string{"-exif=false"}, true, true},
		{false, []string{"-exif=false"}, false, false},
	} {
		o, err := parse(append(append([]string{"-run", t.TempDir()}, c.args...), "a.png"))
		if err != nil {
			t.Fatal(err)
		}
		err = o.agreeExif(c.run)
		if (err != nil) != c.fails || err == nil && o.exif != c.want {
			t.Errorf("a run with %v, %v: turned %v, error %v", c.run, c.args, o.exif, err)
		}
	}
}
