package textenc

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"frontdoor/autograd"
	"frontdoor/nn"
)

var tower = Config{Context: 12, Vocab: 62, Width: 24, Layers: 3, Heads: 3}

func randomTensor(seed uint64, shape ...int) *autograd.Tensor {
	t := autograd.Zeros(shape...)
	nn.Normal(t.Data, 0.5, rand.New(rand.NewPCG(seed, 1)))
	t.SetTrainable(true)
	return t
}

func randomTower() (*Encoder, *nn.Builder) {
	r := rand.New(rand.NewPCG(3, 4))
	b := &nn.Builder{Fetch: func(name string, shape []int) ([]float32, error) {
		data := make([]float32, autograd.Zeros(shape...).Len())
		nn.Normal(data, 0.3, r)
		return data, nil
	}}
	return New(b, tower, 10, autograd.QuickGELU), b
}

func learnedPrompts() *Prompts {
	return &Prompts{
		First: randomTensor(1, 2, tower.Width),
		Deep:  []*autograd.Tensor{randomTensor(2, 2, tower.Width), randomTensor(5, 2, tower.Width)},
	}
}

// features encodes and returns the features, and the gradients of a fixed
// weighted sum of them with respect to all learned tokens.
func features(e *Encoder, p *Batch, learned *Prompts) [][]float32 {
	tp := autograd.NewTape()
	y := e.Encode(tp, p, learned)
	weights := randomTensor(9, y.Shape()...)
	weights.SetTrainable(false)
	out := [][]float32{slices.Clone(y.Data)}
	tp.Backward(tp.Mean(tp.RowDot(y, weights)))
	for _, x := range append([]*autograd.Tensor{learned.First}, learned.Deep...) {
		out = append(out, slices.Clone(x.Grad()))
		x.ZeroGrad()
	}
	return out
}

func equal(t *testing.T, name string, got, want []float32, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d elements, want %d", name, len(got), len(want))
	}
	for i, w := range want {
		if d := math.Abs(float64(got[i] - w)); !(d <= tolerance*max(1, math.Abs(float64(w)))) { // NaN fails
			t.Errorf("%s[%d] = %.8g, want %.8g", name, i, got[i], w)
		}
	}
}

// Sharing and cutting at the end of text are exact; only the order of sums
// differs, by less than a millionth of features and gradients of size one.
func TestSavingsAgree(t *testing.T) {
	e, _ := randomTower()
	learned := learnedPrompts()
	want := features(e, NewBatch(twoGroups(), Saving{NoSharing: true, PadTo: tower.Context}), learned)
	for name, how := range map[string]Saving{
		"shared":            {},
		"each on its own":   {NoSharing: true},
		"shared and padded": {PadTo: tower.Context},
	} {
		got := features(e, NewBatch(twoGroups(), how), learned)
		for i, what := range []string{"features", "gradient of first", "gradient of deep 1", "gradient of deep 2"} {
			equal(t, fmt.Sprintf("%s: %s", name, what), got[i], want[i], 2e-6)
		}
	}
}

// The features of a prompt do not depend on its company.
func TestFeaturesComeOutInOrder(t *testing.T) {
	e, _ := randomTower()
	learned := learnedPrompts()
	all := e.Encode(nil, NewBatch(twoGroups(), Saving{}), learned)
	if want := []int{3, 10}; !slices.Equal(all.Shape(), want) {
		t.Fatalf("shape %v, want %v", all.Shape(), want)
	}
	i := 0
	for _, g := range twoGroups() {
		for _, ids := range g {
			alone := e.Encode(nil, NewBatch([][][]int{{ids}}, Saving{}), learned)
			equal(t, fmt.Sprintf("prompt %d", i), all.Row(i), alone.Data, 2e-6)
			i++
		}
	}
}

// Learned tokens that equal word embeddings give what the words give.
func TestLearnedTokensEqualWords(t *testing.T) {
	e, _ := randomTower()
	first := autograd.Zeros(2, tower.Width)
	copy(first.Row(0), e.Token.Row(11))
	copy(first.Row(1), e.Token.Row(12))
	got := e.Encode(nil, NewBatch([][][]int{{{60, Learned(0), 5, Learned(1), 61}}}, Saving{}), &Prompts{First: first})
	want := e.Encode(nil, NewBatch([][][]int{{{60, 11, 5, 12, 61}}}, Saving{}), nil)
	equal(t, "features", got.Data, want.Data, 0)
}

// A deep prompt takes the place of what the block before made of the learned
// tokens: with depth three and a deep prompt in front of the last block, the
// first tokens still count, through the other rows.
func TestDeepPromptsMatter(t *testing.T) {
	e, _ := randomTower()
	p := NewBatch(twoGroups(), Saving{})
	learned := learnedPrompts()
	base := slices.Clone(e.Encode(nil, p, learned).Data)
	for i, x := range append([]*autograd.Tensor{learned.First}, learned.Deep...) {
		old := x.Data[3]
		x.Data[3] += 0.5
		changed := e.Encode(nil, p, learned)
		if slices.Equal(changed.Row(0), base[:10]) {
			t.Errorf("learned tensor %d does not matter", i)
		}
		if !slices.Equal(changed.Row(2), base[20:]) {
			t.Errorf("learned tensor %d changes a prompt without learned tokens", i)
		}
		x.Data[3] = old
	}
}

func TestFrozenTowerGetsNoGradient(t *testing.T) {
	e, b := randomTower()
	learned := learnedPrompts()
	features(e, NewBatch(twoGroups(), Saving{}), learned)
	for _, p := range b.Stored {
		if p.Grad() != nil {
			t.Errorf("%s got a gradient", p.Name)
		}
	}
	if len(b.Stored) != 5+12*tower.Layers {
		t.Errorf("%d tensors, want %d", len(b.Stored), 5+12*tower.Layers)
	}
}
