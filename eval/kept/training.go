package kept

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/internal/featurecache"
)

// TrainingCrop is a crop that a training makes of an image as its loop goes: it
// follows from the seed and the image's place among the others besides its number,
// so that methods share it and seeds do not.
type TrainingCrop struct {
	Crop
	Seed  uint64
	Place int // among the training images
}

// key is that of a training crop's features.
func (c TrainingCrop) key() Key {
	text := c.Image[:]
	for _, n := range []uint64{c.Seed, uint64(c.Place), uint64(c.Draw)} {
		text = binary.LittleEndian.AppendUint64(text, n)
	}
	return sha256.Sum256(text)
}

// Training returns the unit features [E] of the crops that a training makes with a
// view; see Whole.
func (f *Folder) Training(ctx context.Context, v augment.View, crops []TrainingCrop, compute func(missing []int) ([][]float32, error)) ([][]float32, error) {
	return f.rows(ctx, f.training(v), trainingKeys(crops), compute)
}

// FindTraining returns what is kept of them, nil for the others.
func (f *Folder) FindTraining(v augment.View, crops []TrainingCrop) [][]float32 {
	return f.find(f.training(v), trainingKeys(crops))
}

// ShareOfTraining is the share of the first crops of items that is kept.
func (f *Folder) ShareOfTraining(v augment.View, seed uint64, items []data.Item, draws int) float64 {
	if f == nil {
		return 0
	}
	var crops []TrainingCrop
	for place, it := range items {
		id, keep, err := f.Identity(it)
		for r := 0; keep && err == nil && r < draws; r++ {
			crops = append(crops, TrainingCrop{Crop{id, r}, seed, place})
		}
	}
	return float64(f.count(f.training(v), trainingKeys(crops))) / float64(max(1, len(items)*draws))
}

func trainingKeys(crops []TrainingCrop) []Key {
	keys := make([]Key, len(crops))
	for i, c := range crops {
		keys[i] = c.key()
	}
	return keys
}

// training has a number of its own: a change of how a training crops needs another.
func (f *Folder) training(v augment.View) featurecache.Space {
	return featurecache.Space{Model: f.model, View: fmt.Sprintf("crops of a training 1: %+v, %s", v, f.how), Width: f.embed}
}
