package train

import (
	"fmt"

	"frontdoor/autograd"
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
// features yet.
func (t *Training) unknownCrops(which []int, epoch int) []int {
	var unknown []int
	for _, i := range which {
		if _, known := t.load.crops.of(t.seed)[t.cropKey(i, epoch)]; !known {
			unknown = append(unknown, i)
		}
	}
	return unknown
}

// cropFeatures returns the frozen tower's unit features [n, E] of the items of a step,
// as its epoch crops them: computed for it, or as they are known.
func (t *Training) cropFeatures(tp *autograd.Tape, s *stepImages) *autograd.Tensor {
	known := t.load.crops.of(t.seed)
	fresh := map[int][]float32{}
	if len(s.cropped) > 0 {
		v := t.load.model.ImageFeatures(nil, s.tensor(t.load.size)) // [n, E]
		for j, i := range s.cropped {
			fresh[i] = v.Row(j)
			if key := t.cropKey(i, s.epoch); known[key] == nil {
				t.load.crops.add(t.seed, key, v.Row(j))
			}
		}
	}
	out := tp.Buffer(len(s.which), t.load.model.Config.Embed) // [B, E]
	for j, i := range s.which {
		row, ok := fresh[i]
		if !ok {
			row = known[t.cropKey(i, s.epoch)]
		}
		copy(out.Row(j), row)
	}
	return out
}
