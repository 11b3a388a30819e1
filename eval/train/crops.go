package train

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"frontdoor/autograd"
	"frontdoor/eval/kept"
	"frontdoor/prompt"
)

// cropBytes bounds what a loader keeps of training images' features: 262,144
// crops of CLIP's 512 floats.
const cropBytes = 512 << 20

// cropCache keeps the frozen tower's unit features [E] of augmented training
// images. A method that trains nothing in the image tower (CoOp, CoCoOp, text
// prompts alone) needs them only, and meets a crop again in another epoch, if
// Settings.Draws lets it come back, or in the cell of another such method with
// the same seed.
type cropCache struct {
	seeds map[uint64]map[cropKey][]float32
	bytes int64
}

// cropKey names a crop of a seed: the pixels depend on nothing else.
type cropKey struct {
	name string // of the image
	item int    // its place among the training images
	view string // the augmentation
	crop int
}

// of returns the crops of a seed.
func (c *cropCache) of(seed uint64) map[cropKey][]float32 {
	if c.seeds[seed] == nil {
		if c.seeds == nil {
			c.seeds = map[uint64]map[cropKey][]float32{}
		}
		c.seeds[seed] = map[cropKey][]float32{}
	}
	return c.seeds[seed]
}

// add keeps features if there is room, for which those of other seeds give way:
// cells come seed by seed.
func (c *cropCache) add(seed uint64, key cropKey, features []float32) {
	size := int64(4 * len(features))
	if c.bytes+size > cropBytes && len(c.seeds) > 1 {
		own := c.of(seed)
		c.seeds = map[uint64]map[cropKey][]float32{seed: own}
		c.bytes = int64(len(own)) * size
	}
	if c.bytes+size <= cropBytes {
		c.of(seed)[key] = features
		c.bytes += size
	}
}

// readsFeatures reports whether the training batches are features of cropped images
// and not the images. Where the data loader of the published experiments is
// followed no two crops are alike, and the images go to the learner.
func (t *Training) readsFeatures() bool {
	return prompt.TrainsOnFeatures(t.learner) && (t.torch == nil || t.set.FewDraws())
}

// cropKey names the crop of item i in an epoch.
func (t *Training) cropKey(i, epoch int) cropKey {
	return cropKey{t.items[i].Name(), i, fmt.Sprint(t.learner.Views()), t.set.Draw(epoch)}
}

// unknownCrops returns those of the items which whose crop in an epoch has no
// features yet, and the features of those that are kept on disk only.
func (t *Training) unknownCrops(which []int, epoch int) (unknown []int, found map[int][]float32) {
	for _, i := range which {
		if _, known := t.load.crops.of(t.seed)[t.cropKey(i, epoch)]; !known {
			unknown = append(unknown, i)
		}
	}
	if t.load.folder == nil || len(unknown) == 0 {
		return unknown, nil
	}
	found = map[int][]float32{}
	crops, filed := t.filed(unknown, epoch)
	for j, row := range t.load.folder.FindTraining(t.learner.Views()[0], crops) {
		if row != nil {
			found[filed[j]] = row
		}
	}
	return slices.DeleteFunc(unknown, func(i int) bool { return found[i] != nil }), found
}

// filed lists those of the items which whose crops in an epoch are kept on disk, and
// by what.
func (t *Training) filed(which []int, epoch int) (crops []kept.TrainingCrop, filed []int) {
	for _, i := range which {
		if id, keep, err := t.load.folder.Identity(t.items[i]); err == nil && keep {
			crop := kept.Crop{Image: id, Draw: t.set.Draw(epoch)}
			crops, filed = append(crops, kept.TrainingCrop{Crop: crop, Seed: t.seed, Place: i}), append(filed, i)
		}
	}
	return crops, filed
}

// cropFeatures returns the frozen tower's unit features [n, E] of the items of a step,
// as its epoch crops them: computed for it, or as they are known.
func (t *Training) cropFeatures(ctx context.Context, tp *autograd.Tape, s *stepImages) (*autograd.Tensor, error) {
	known := t.load.crops.of(t.seed)
	fresh, err := t.freshCrops(ctx, s)
	if err != nil {
		return nil, err
	}
	maps.Copy(fresh, s.found)
	out := tp.Buffer(len(s.which), t.load.model.Config.Embed) // [B, E]
	for j, i := range s.which {
		key := t.cropKey(i, s.epoch)
		row, ok := fresh[i]
		if ok && known[key] == nil {
			t.load.crops.add(t.seed, key, row)
		} else if !ok {
			row = known[key]
		}
		copy(out.Row(j), row)
	}
	return out, nil
}

// freshCrops returns the unit features [E] of the items that are cropped for a step,
// which are kept on disk if there is a folder. What another process has computed
// meanwhile is taken from there.
func (t *Training) freshCrops(ctx context.Context, s *stepImages) (map[int][]float32, error) {
	fresh := map[int][]float32{}
	encode := func() error {
		v := t.load.model.ImageFeatures(nil, s.tensor(t.load.size)) // [n, E]
		for j, i := range s.cropped {
			fresh[i] = v.Row(j)
		}
		return t.load.failed()
	}
	if len(s.cropped) == 0 {
		return fresh, nil
	}
	if t.load.folder == nil {
		return fresh, encode()
	}
	crops, filed := t.filed(s.cropped, s.epoch)
	if len(filed) < len(s.cropped) {
		if err := encode(); err != nil {
			return nil, err
		}
	}
	rows, err := t.load.folder.Training(ctx, t.learner.Views()[0], crops, func(missing []int) ([][]float32, error) {
		if len(fresh) == 0 {
			if err := encode(); err != nil {
				return nil, err
			}
		}
		out := make([][]float32, len(missing))
		for j, k := range missing {
			out[j] = fresh[filed[k]]
		}
		return out, nil
	})
	for j, i := range filed {
		if err == nil {
			fresh[i] = rows[j]
		}
	}
	return fresh, err
}
