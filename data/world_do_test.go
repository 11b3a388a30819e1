package data

import (
	"bytes"
	"testing"

	"frontdoor/data/world"
)

func pixelsOf(t *testing.T, it Item) []uint8 {
	t.Helper()
	im, err := it.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return im.Pix
}

func TestIntervene(t *testing.T) {
	task := worldTask(t, "texshape")
	d := World(task, WorldOptions{TestPerClass: 2})
	if d.Task != task || Subset(d, Base).Task != task {
		t.Error("a dataset of the world does not know its task")
	}
	items := d.Test[:10]
	same := Intervene(items, "again", func(f world.Factors, _ int) world.Factors { return f })
	snow := Intervene(items, "in snow", func(f world.Factors, label int) world.Factors { return f.Do(world.Background, 6) })
	for i, it := range items {
		if !bytes.Equal(pixelsOf(t, it), pixelsOf(t, same[i])) {
			t.Errorf("%s changed without a reason", it.Name())
		}
		f, g := it.Source.(WorldItem).Factors, snow[i].Source.(WorldItem).Factors
		if g != f.Do(world.Background, 6) || snow[i].Label != it.Label || snow[i].Name() != it.Name()+" in snow" {
			t.Errorf("%s became %s with %+v", it.Name(), snow[i].Name(), g)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for a photo")
		}
	}()
	Intervene([]Item{{Source: File("cat.jpg")}}, "", nil)
}

func TestOtherWorld(t *testing.T) {
	items := OtherWorld(3, 20)
	names := map[string]bool{}
	for _, it := range items {
		names[it.Name()] = true
		if pix := pixelsOf(t, it); len(pix) != 3*20*20 || it.Label != -1 {
			t.Errorf("%s: %d bytes, label %d", it.Name(), len(pix), it.Label)
		}
	}
	if len(names) != 3*len(world.Others) || !names["other world/writing/2"] {
		t.Errorf("names %v", names)
	}
}
