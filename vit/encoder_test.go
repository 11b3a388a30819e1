package vit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"frontdoor/autograd"
	"frontdoor/nn"
)

var tower = Config{Image: 6, Patch: 2, Width: 16, Layers: 3, Heads: 2}

func randomTensor(seed uint64, shape ...int) *autograd.Tensor {
	t := autograd.Zeros(shape...)
	nn.Normal(t.Data, 0.5, rand.New(rand.NewPCG(seed, 1)))
	return t
}

func randomTower() (*Encoder, *nn.Builder) {
	r := rand.New(rand.NewPCG(3, 4))
	b := &nn.Builder{Fetch: func(name string, shape []int) ([]float32, error) {
		data := make([]float32, autograd.Zeros(shape...).Len())
		nn.Normal(data, 0.3, r)
		return data, nil
	}}
	return New(b, tower, 8, autograd.QuickGELU), b
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

func TestConfigCountsTokens(t *testing.T) {
	c := Config{Image: 224, Patch: 16}
	if c.Grid() != 14 || c.Tokens() != 197 {
		t.Errorf("ViT-B/16: grid %d, %d tokens; want 14, 197", c.Grid(), c.Tokens())
	}
}

// unfold against its definition: column (c p + y) p + x of row
// (i g + gy) g + gx is pixel (c, gy p + y, gx p + x) of image i.
func TestUnfold(t *testing.T) {
	e := &Encoder{Config: tower}
	images := autograd.Zeros(2, 3, 6, 6)
	for i := range images.Data {
		images.Data[i] = float32(i)
	}
	out := e.unfold(nil, images)
	if want := []int{2 * 9, 12}; !slices.Equal(out.Shape(), want) {
		t.Fatalf("shape %v, want %v", out.Shape(), want)
	}
	for r := range 18 {
		for col, got := range out.Row(r) {
			i, gy, gx := r/9, r%9/3, r%3
			c, y, x := col/4, col%4/2, col%2
			if want := float32(((i*3+c)*6+gy*2+y)*6 + gx*2 + x); got != want {
				t.Errorf("row %d column %d is pixel %g, want %g", r, col, got, want)
			}
		}
	}
}

// The patch projection is a convolution with stride and kernel of a patch.
func TestPatchProjectionIsAConvolution(t *testing.T) {
	e, b := randomTower()
	images := randomTensor(1, 1, 3, 6, 6)
	got := e.Conv.Forward(nil, e.unfold(nil, images)) // [9, D]
	var w nn.Named
	for _, p := range b.Stored {
		if p.Name == "visual.conv1.weight" {
			w = p
		}
	}
	if want := []int{16, 3, 2, 2}; !slices.Equal(w.Shape(), want) {
		t.Fatalf("visual.conv1.weight is stored as %v, want %v", w.Shape(), want)
	}
	for o := range 16 {
		for cell := range 9 {
			sum := 0.0
			for i := range 12 {
				c, y, x := i/4, i%4/2, i%2
				pixel := images.Data[(c*6+cell/3*2+y)*6+cell%3*2+x]
				sum += float64(pixel) * float64(w.Data[o*12+i])
			}
			equal(t, fmt.Sprintf("cell %d channel %d", cell, o), got.Row(cell)[o:o+1], []float32{float32(sum)}, 1e-6)
		}
	}
}

// An image's features do not depend on the others in its batch.
func TestImagesAreIndependent(t *testing.T) {
	e, _ := randomTower()
	images := randomTensor(2, 3, 3, 6, 6)
	all := e.Encode(nil, images, Unprompted(tower, 3), nil)
	if want := []int{3, 8}; !slices.Equal(all.Shape(), want) {
		t.Fatalf("shape %v, want %v", all.Shape(), want)
	}
	for i := range 3 {
		one := autograd.Const(images.Data[i*108:(i+1)*108], 1, 3, 6, 6)
		equal(t, fmt.Sprintf("image %d", i), e.Encode(nil, one, Unprompted(tower, 1), nil).Data, all.Row(i), 1e-6)
	}
}

func prompts(templates, n int) *Prompts {
	p := &Prompts{First: randomTensor(10, templates*n, tower.Width)}
	for l := range uint64(2) {
		p.Deep = append(p.Deep, randomTensor(11+l, templates*n, tower.Width))
	}
	for _, x := range append([]*autograd.Tensor{p.First}, p.Deep...) {
		x.SetTrainable(true)
	}
	return p
}

// part returns template m of prompts with n tokens each.
func (p *Prompts) part(m, n int) *Prompts {
	cut := func(x *autograd.Tensor) *autograd.Tensor {
		return autograd.Const(x.Data[m*n*tower.Width:(m+1)*n*tower.Width], n, tower.Width)
	}
	out := &Prompts{First: cut(p.First)}
	for _, x := range p.Deep {
		out.Deep = append(out.Deep, cut(x))
	}
	return out
}

// Image i carries the tokens of template[i] and of no other.
func TestEachImageSeesItsTemplate(t *testing.T) {
	e, _ := randomTower()
	const n = 2
	images, learned := randomTensor(4, 4, 3, 6, 6), prompts(3, n)
	templates := []int{2, 0, 1, 2}
	all := e.Encode(nil, images, NewBatch(tower, templates, n), learned)
	for i, m := range templates {
		one := autograd.Const(images.Data[i*108:(i+1)*108], 1, 3, 6, 6)
		alone := e.Encode(nil, one, NewBatch(tower, []int{0}, n), learned.part(m, n))
		equal(t, fmt.Sprintf("image %d, template %d", i, m), all.Row(i), alone.Data, 1e-6)
	}
	plain := e.Encode(nil, images, Unprompted(tower, 4), nil)
	if slices.Equal(plain.Data, all.Data) {
		t.Error("prompts change nothing")
	}
}

// Each learned tensor gets a gradient, in the rows of templates that were
// used only; the frozen tower gets none.
func TestPromptGradients(t *testing.T) {
	e, b := randomTower()
	learned := prompts(3, 2)
	tp := autograd.NewTape()
	y := e.Encode(tp, randomTensor(4, 2, 3, 6, 6), NewBatch(tower, []int{2, 0}, 2), learned)
	tp.Backward(tp.MeanSquare(y))
	for i, x := range append([]*autograd.Tensor{learned.First}, learned.Deep...) {
		for m := range 3 {
			used := slices.ContainsFunc(x.Grad()[m*2*16:(m+1)*2*16], func(g float32) bool { return g != 0 })
			if used != (m != 1) {
				t.Errorf("learned tensor %d, template %d: gradient %v, want %v", i, m, used, m != 1)
			}
		}
	}
	for _, p := range b.Stored {
		if p.Grad() != nil {
			t.Errorf("%s got a gradient", p.Name)
		}
	}
}

// Patches do get positions: a mirrored image has other features.
func TestPatchOrderMatters(t *testing.T) {
	e, _ := randomTower()
	images := randomTensor(6, 1, 3, 6, 6)
	want := e.Encode(nil, images, Unprompted(tower, 1), nil)
	// Whole patches change places, so that without positions only the order
	// of sums would differ.
	mirrored := autograd.Zeros(1, 3, 6, 6)
	for i := range mirrored.Data {
		x := i % 6
		mirrored.Data[i] = images.Data[i-x+(2-x/2)*2+x%2]
	}
	got := e.Encode(nil, mirrored, Unprompted(tower, 1), nil)
	largest := 0.0
	for i, w := range want.Data {
		largest = max(largest, math.Abs(float64(got.Data[i]-w)))
	}
	if largest < 1e-3 {
		t.Errorf("features of the mirrored image differ by %g at most", largest)
	}
}

// Prompts get no positions: in another order they give the same features.
func TestPromptOrderDoesNotMatter(t *testing.T) {
	e, _ := randomTower()
	images, learned := randomTensor(4, 1, 3, 6, 6), prompts(1, 2)
	want := e.Encode(nil, images, NewBatch(tower, []int{0}, 2), learned)
	for _, x := range append([]*autograd.Tensor{learned.First}, learned.Deep...) {
		for j := range tower.Width {
			x.Data[j], x.Data[tower.Width+j] = x.Data[tower.Width+j], x.Data[j]
		}
	}
	got := e.Encode(nil, images, NewBatch(tower, []int{0}, 2), learned)
	equal(t, "features", got.Data, want.Data, 2e-6)
}
