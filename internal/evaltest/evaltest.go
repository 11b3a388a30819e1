// Package evaltest has what the tests of the packages in eval share: a run of
// three methods on a small world that takes a second or two, and made-up
// photographs.
package evaltest

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/imaging"
	"frontdoor/method"
	"frontdoor/prompt"
	"frontdoor/simd"
)

// Small are the numbers of a short training.
var Small = method.Settings{Epochs: 3, Batch: 8, Templates: 2}

// Data returns the datasets of a run of some methods on the tiny model and a
// small world, base-to-new with 4 shots and seed 7, trained with the small
// numbers where a method has them.
func Data(t testing.TB, methods ...string) *protocol.Data {
	t.Helper()
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	task, err := world.TaskByName("shape")
	if err != nil {
		t.Fatal(err)
	}
	ds := data.World(task, data.WorldOptions{TrainPerClass: 6, TestPerClass: 3})
	c := &rundir.Config{
		Version: rundir.Version, Model: "tiny", Fingerprint: m.Fingerprint(), Dataset: "shape", Protocol: "base2new",
		Methods: methods, Seeds: []uint64{7}, Shots: 4, Settings: map[string]method.Settings{},
		Classes: ds.Classes, Template: ds.Template, Kernel: simd.Rounding(),
	}
	for _, name := range methods {
		c.Settings[name] = Recipe(t, m, name, Small)
	}
	if err := protocol.Check(c); err != nil && len(methods) > 0 {
		t.Fatal(err)
	}
	return &protocol.Data{Config: c, Model: m, Dataset: ds}
}

// Recipe returns the settings of a method on 4 images a class, base-to-new.
func Recipe(t testing.TB, m *clip.Model, name string, asked method.Settings) method.Settings {
	t.Helper()
	how, err := method.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return how.Recipe(m, method.Experiment{Protocol: "base2new", Shots: 4}, asked)
}

// Photo is a photograph made up on the spot, one for each number.
type Photo int

// Name tells photographs apart.
func (p Photo) Name() string { return fmt.Sprintf("photo %d", int(p)) }

// Open makes the image: odd sizes, so that crops take several attempts.
func (p Photo) Open(ctx context.Context) (*imaging.Image, error) {
	i := int(p)
	w, h := 20+7*i%31, 20+11*i%29
	im := &imaging.Image{W: w, H: h, Pix: make([]uint8, 3*w*h)}
	for k := range im.Pix {
		im.Pix[k] = uint8((k*31 + i*57) % 256)
	}
	return im, nil
}

// Files writes the photographs of some numbers to a folder of their own, named in
// that order, with classes 0 and 1 by turns of the number.
func Files(t testing.TB, photos ...Photo) []data.Item {
	t.Helper()
	dir := t.TempDir()
	var items []data.Item
	for at, p := range photos {
		im, err := p.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out := image.NewRGBA(image.Rect(0, 0, im.W, im.H))
		for i := range im.W * im.H {
			copy(out.Pix[4*i:], append(im.Pix[3*i:3*i+3:3*i+3], 255))
		}
		var b bytes.Buffer
		if err := png.Encode(&b, out); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, fmt.Sprintf("%03d.png", at))
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		items = append(items, data.Item{Source: data.File(path), Label: int(p) % 2})
	}
	return items
}

// Learner returns an untrained learner of a method on the dataset of a run, with
// seed 7 and the classes named.
func Learner(t testing.TB, d *protocol.Data, name string, s method.Settings, classes []string) prompt.Learner {
	t.Helper()
	how, err := method.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	l, err := how.New(d.Model, d.Dataset.Template, s, 7)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.SetClasses(classes); err != nil {
		t.Fatal(err)
	}
	return l
}
