package imaging

import (
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
)

// Images that a program made wrongly are told in words, by Check and by all that
// works on them.
func TestCheck(t *testing.T) {
	if err := New(3, 2).Check(); err != nil {
		t.Error(err)
	}
	for _, im := range []*Image{nil, {}, {W: 3, H: 2, Pix: make([]uint8, 17)}, {W: -3, H: -2, Pix: make([]uint8, 18)}, {W: math.MaxInt, H: math.MaxInt, Pix: make([]uint8, 3)}} {
		if im.Check() == nil {
			t.Errorf("%v passes", im)
		}
		for name, f := range map[string]func(){
			"Crop":        func() { im.Crop(0, 0, 2, 2) },
			"CenterCrop":  func() { im.CenterCrop(2, 2) },
			"FlipH":       func() { im.FlipH() },
			"CHW":         func() { im.CHW(nil, Mean, Std) },
			"Oriented":    func() { im.Oriented(6) },
			"Resize":      func() { Resize(im, 2, 2) },
			"ResizeShort": func() { ResizeShort(im, 2) },
			"Square":      func() { Square(im, 2) },
			"Processor":   func() { Processor{}.Bytes(im) },
		} {
			if p := panicOf(f); !strings.HasPrefix(fmt.Sprint(p), "imaging."+name+": ") {
				t.Errorf("%s of %v: panic %v", name, im, p)
			}
		}
	}
	if _, _, err := ProbeReader(strings.NewReader("abc"), -1, "x"); err == nil || err == io.EOF {
		t.Errorf("error %v", err)
	}
}

func panicOf(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}
