package bench

import (
	"fmt"
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/nn"
	"frontdoor/vit"
)

// towerConfig and towerEmbed are those of CLIP's ViT-B/16.
var towerConfig = vit.Config{Image: 224, Patch: 16, Width: 768, Layers: 12, Heads: 12}

const towerEmbed = 512

// encode measures the image tower, with random weights, in seconds an image.
func (b *bench) encode() error {
	var tower *vit.Encoder
	var torch *child
	defer func() { torch.stop() }()
	for _, batch := range []int{1, 8} {
		name := fmt.Sprintf("encode/batch%d", batch)
		if !b.wanted(name) {
			continue
		}
		if tower == nil {
			tower = randomTower()
			if b.peers {
				var err error
				if torch, err = b.startTorch(); err != nil {
					fmt.Fprintf(stderr, "bench: without PyTorch: %v\n", err)
				}
			}
		}
		for _, threads := range b.threads {
			if err := b.encodeBatch(name, tower, torch, batch, threads); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) encodeBatch(name string, tower *vit.Encoder, torch *child, batch, threads int) error {
	images := autograd.Const(ramp(batch*3*towerConfig.Image*towerConfig.Image), batch, 3, towerConfig.Image, towerConfig.Image)
	layout := vit.Unprompted(towerConfig, batch)
	runners := []runner{{name: "frontdoor", turn: timed(turnTime, func() { tower.Encode(nil, images, layout, nil) })}}
	if torch != nil {
		runners = append(runners, runner{name: "pytorch", turn: func() (float64, error) { return torch.ask("%d %d", batch, threads) }})
	}
	o, err := b.race(threads, runners)
	if err != nil {
		return err
	}
	r := Record{Name: name, Value: o.seconds["frontdoor"] / float64(batch), Unit: "s/image", Threads: threads}
	if t, ok := o.seconds["pytorch"]; ok {
		r.Peer, r.PeerValue = "pytorch", t/float64(batch)
		r.Ratio = o.ratio("frontdoor", "pytorch", b.best)
	}
	b.report(r)
	return nil
}

// randomTower returns a ViT-B/16 with small random weights.
func randomTower() *vit.Encoder {
	r := rand.New(rand.NewPCG(1, 2))
	b := &nn.Builder{Fetch: func(_ string, shape []int) ([]float32, error) {
		n := 1
		for _, d := range shape {
			n *= d
		}
		data := make([]float32, n)
		nn.Uniform(data, 0.04, r)
		return data, nil
	}}
	return vit.New(b, towerConfig, towerEmbed, autograd.QuickGELU)
}
