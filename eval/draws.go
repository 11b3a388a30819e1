package eval

import (
	"fmt"

	"frontdoor/autograd"
	"frontdoor/prompt"
)

// drawBytes bounds what a loader keeps of training images' features: 262,144
// draws of CLIP's 512 floats.
const drawBytes = 512 << 20

// drawCache keeps the frozen tower's unit features [E] of augmented training
// images. A method that trains nothing in the image tower (CoOp, CoCoOp, text
// prompts alone) needs them only, and meets a draw again in another epoch, if
// Settings.Draws lets it come back, or in the cell of another such method with
// the same seed.
type drawCache struct {
	seeds map[uint64]map[drawKey][]float32
	bytes int64
}

// drawKey names a draw of a seed: the pixels depend on nothing else.
type drawKey struct {
	name string // of the image
	item int    // its place among the training images
	view string // the augmentation
	draw int
}

// of returns the draws of a seed.
func (c *drawCache) of(seed uint64) map[drawKey][]float32 {
	if c.seeds[seed] == nil {
		if c.seeds == nil {
			c.seeds = map[uint64]map[drawKey][]float32{}
		}
		c.seeds[seed] = map[drawKey][]float32{}
	}
	return c.seeds[seed]
}

// add keeps features if there is room, for which those of other seeds give way:
// cells come seed by seed.
func (c *drawCache) add(seed uint64, key drawKey, features []float32) {
	size := int64(4 * len(features))
	if c.bytes+size > drawBytes && len(c.seeds) > 1 {
		own := c.of(seed)
		c.seeds = map[uint64]map[drawKey][]float32{seed: own}
		c.bytes = int64(len(own)) * size
	}
	if c.bytes+size <= drawBytes {
		c.of(seed)[key] = features
		c.bytes += size
	}
}

// fewDraws says that draws come back.
func (s Settings) fewDraws() bool { return s.Draws > 0 && s.Draws < s.Epochs }

// draw says which draw of the views an epoch sees.
func (s Settings) draw(epoch int) int {
	if s.fewDraws() {
		return epoch % s.Draws
	}
	return epoch
}

// readsDraws reports whether the training batches are features of drawn images
// and not the images. Where the data loader of the published experiments is
// followed no two draws are alike, and the images go to the learner.
func (t *training) readsDraws() bool {
	return prompt.TrainsOnFeatures(t.learner) && (t.torch == nil || t.set.fewDraws())
}

// drawKey names the draw of item i in an epoch.
func (t *training) drawKey(i, epoch int) drawKey {
	return drawKey{t.items[i].Name(), i, fmt.Sprint(t.learner.Views()), t.set.draw(epoch)}
}

// unknownDraws returns those of the items which whose draw in an epoch has no
// features yet.
func (t *training) unknownDraws(which []int, epoch int) []int {
	var unknown []int
	for _, i := range which {
		if _, known := t.load.draws.of(t.seed)[t.drawKey(i, epoch)]; !known {
			unknown = append(unknown, i)
		}
	}
	return unknown
}

// drawn returns the frozen tower's unit features [n, E] of the items of a step,
// as its epoch draws them: of the images that were drawn for it, or as they are
// known.
func (t *training) drawn(tp *autograd.Tape, s *stepImages) *autograd.Tensor {
	known := t.load.draws.of(t.seed)
	fresh := map[int][]float32{}
	if len(s.drawn) > 0 {
		v := t.load.model.ImageFeatures(nil, s.tensor(t.load.size)) // [n, E]
		for j, i := range s.drawn {
			fresh[i] = v.Row(j)
			if key := t.drawKey(i, s.epoch); known[key] == nil {
				t.load.draws.add(t.seed, key, v.Row(j))
			}
		}
	}
	out := tp.Buffer(len(s.which), t.load.model.Config.Embed) // [B, E]
	for j, i := range s.which {
		row, ok := fresh[i]
		if !ok {
			row = known[t.drawKey(i, s.epoch)]
		}
		copy(out.Row(j), row)
	}
	return out
}
