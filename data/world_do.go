package data

import (
	"context"
	"fmt"

	"frontdoor/data/world"
	"frontdoor/imaging"
)

// Intervene returns pictures of the world drawn again with factors that change
// makes of each one's own: an intervention, if change sets some and leaves the
// others. The mark goes behind the names, since the pictures are others now.
// It panics if an item is not of the world.
func Intervene(items []Item, mark string, change func(f world.Factors, label int) world.Factors) []Item {
	out := make([]Item, len(items))
	for i, it := range items {
		w, ok := it.Source.(WorldItem)
		if !ok {
			panic(fmt.Sprintf("data.Intervene: %s is not a picture of the world", it.Name()))
		}
		w.Factors = change(w.Factors, it.Label)
		w.ID += " " + mark
		out[i] = Item{Source: w, Label: it.Label}
	}
	return out
}

// OtherItem is a picture that is not of the synthetic world, drawn whenever it
// is opened.
type OtherItem struct {
	Kind int // index into world.Others
	Seed uint64
	Size int // width and height in pixels
}

// Open draws the picture. It never fails, and panics if there is no such kind or
// size.
func (o OtherItem) Open(context.Context) (*imaging.Image, error) {
	im := imaging.New(o.Size, o.Size)
	world.RenderOther(im.Pix, o.Size, o.Kind, o.Seed)
	return im, nil
}

// Name says which picture it is, such as "other world/writing/3".
func (o OtherItem) Name() string {
	if o.Kind < 0 || o.Kind >= len(world.Others) {
		return fmt.Sprintf("other world/kind %d/%d", o.Kind, o.Seed)
	}
	return fmt.Sprintf("other world/%s/%d", world.Others[o.Kind], o.Seed)
}

// OtherWorld returns n pictures of each kind of world.Others, of a size: what
// no class of any task is like. They have no label.
func OtherWorld(n, size int) []Item {
	var items []Item
	for kind := range world.Others {
		for seed := range n {
			items = append(items, Item{Source: OtherItem{Kind: kind, Seed: uint64(seed), Size: size}, Label: -1})
		}
	}
	return items
}
