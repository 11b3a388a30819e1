package imaging

import (
	"bufio"
	"encoding/json"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGenerated compares Decode with Pillow on files of
// tools/pictures/generate.py, in the folder that FRONTDOOR_PICTURES names.
func TestGenerated(t *testing.T) {
	dir := os.Getenv("FRONTDOOR_PICTURES")
	if dir == "" {
		t.Skip("FRONTDOOR_PICTURES does not name a folder of tools/pictures/generate.py")
	}
	list, err := os.Open(filepath.Join(dir, "want.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	n, refused := 0, 0
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		var want struct {
			Name        string
			W, H        int
			CRC, Alpha  uint32
			Orientation any
			Error       string
		}
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, want.Name))
		if err != nil {
			t.Fatal(err)
		}
		n++
		im, err := Decode(t.Context(), data, want.Name)
		switch {
		case want.Error != "":
			refused++
			if err == nil {
				t.Errorf("%s: read, Pillow refuses it: %s", want.Name, want.Error)
			}
		case err != nil:
			t.Errorf("refused, Pillow reads it: %v", err)
		case im.W != want.W || im.H != want.H:
			t.Errorf("%s: %d x %d, want %d x %d", want.Name, im.W, im.H, want.W, want.H)
		case crc32.ChecksumIEEE(im.Pix) == want.CRC:
			if filepath.Ext(want.Name) == ".webp" && want.Alpha != 0 && (im.source == nil || crc32.ChecksumIEEE(im.source.alpha) != want.Alpha) {
				t.Errorf("%s: other alpha than Pillow's", want.Name)
			}
		case strings.HasSuffix(want.Name, ".heif"):
			if n, most := distance(t, im, filepath.Join(dir, want.Name+".ppm")); most > 1 {
				t.Errorf("%s: %d values differ by up to %d", want.Name, n, most)
			}
		default:
			t.Errorf("%s: other pixels than Pillow's", want.Name)
		}
		turn, _ := want.Orientation.(float64)
		if turn < 1 || turn > 8 {
			turn = 1
		}
		if got := Orientation(data); want.Error == "" && got != int(turn) {
			t.Errorf("%s: orientation %d, want %v", want.Name, got, turn)
		}
	}
	if n == 0 {
		t.Fatalf("%s lists no files", dir)
	}
	t.Logf("%d files, %d of them refused by Pillow", n, refused)
}

// distance compares an image with a PPM file: how many values differ, and by how
// much at most.
func distance(t *testing.T, im *Image, path string) (n, most int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pix := data[len(data)-len(im.Pix):]
	for i, v := range im.Pix {
		if d := max(int(v)-int(pix[i]), int(pix[i])-int(v)); d > 0 {
			n, most = n+1, max(most, d)
		}
	}
	return n, most
}
