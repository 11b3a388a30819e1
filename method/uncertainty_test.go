package method

import (
	"math/rand/v2"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// Whatever can be asked for says of each image how uncertain it is.
func TestEveryMethodIsUncertain(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	s := m.Config.Vision.Image
	images := autograd.Zeros(2, 3, s, s)
	nn.Normal(images.Data, 1, rand.New(rand.NewPCG(5, 5)))
	for _, how := range All {
		l, err := how.New(m, data.DefaultTemplate, how.Recipe(m, BaseToNew, Settings{}), 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.SetClasses([]string{"star", "ring", "cross"}); err != nil {
			t.Fatal(err)
		}
		p := prompt.Predict(m, l, images)
		if len(p.Uncertainty) != 2 {
			t.Fatalf("%s: uncertainty %v of 2 images", how.Name, p.Uncertainty)
		}
		for _, u := range p.Uncertainty {
			if !(u >= 0 && u <= 1) {
				t.Errorf("%s: uncertainty %v", how.Name, u)
			}
		}
	}
}
