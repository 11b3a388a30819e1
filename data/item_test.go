package data

import (
	"context"
	"strings"
	"testing"

	"frontdoor/imaging"
)

// made is a source of a program.
type made func() (*imaging.Image, error)

func (m made) Open(context.Context) (*imaging.Image, error) { return m() }
func (m made) Name() string                                 { return "made" }

func TestItemChecksItsSource(t *testing.T) {
	for want, s := range map[string]Source{
		"the source is nil":      nil,
		"the image is nil":       made(func() (*imaging.Image, error) { return nil, nil }),
		"0 x 0 pixels has none":  made(func() (*imaging.Image, error) { return &imaging.Image{}, nil }),
		"2 x 1 pixels has 5 byt": made(func() (*imaging.Image, error) { return &imaging.Image{W: 2, H: 1, Pix: make([]uint8, 5)}, nil }),
		"panicked: no image":     made(func() (*imaging.Image, error) { panic("no image") }),
	} {
		im, err := Item{Source: s}.Open(context.Background())
		if im != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, error %v, want %q", im, err, want)
		}
	}
	good := made(func() (*imaging.Image, error) { return imaging.New(2, 1), nil })
	if im, err := (Item{Source: good}).Open(context.Background()); err != nil || im.W != 2 {
		t.Errorf("%v, %v", im, err)
	}
}

// What Open is asked for is checked before anything is opened.
func TestOpenRefusesOptions(t *testing.T) {
	var none context.Context
	for want, c := range map[string]struct {
		ctx context.Context
		opt OpenOptions
	}{
		"context is nil":    {none, OpenOptions{}},
		"-1 pixels a side":  {context.Background(), OpenOptions{Size: -1}},
		"8193 pixels a sid": {context.Background(), OpenOptions{Size: maxSize + 1}},
		"no Orientation 3":  {context.Background(), OpenOptions{Orientation: 3}},
	} {
		if _, _, err := Open(c.ctx, "shape", c.opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
