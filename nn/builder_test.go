package nn

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"frontdoor/autograd"
)

func names(list []Named) []string {
	var out []string
	for _, n := range list {
		out = append(out, n.Name)
	}
	return out
}

func TestBuilderNamesABlockAsCheckpointsDo(t *testing.T) {
	_, b := transformer(1)
	const at = "tower.resblocks.0."
	shapes := map[string][]int{
		at + "ln_1.weight": {16}, at + "ln_1.bias": {16},
		at + "attn.in_proj_weight": {48, 16}, at + "attn.in_proj_bias": {48},
		at + "attn.out_proj.weight": {16, 16}, at + "attn.out_proj.bias": {16},
		at + "ln_2.weight": {16}, at + "ln_2.bias": {16},
		at + "mlp.c_fc.weight": {64, 16}, at + "mlp.c_fc.bias": {64},
		at + "mlp.c_proj.weight": {16, 64}, at + "mlp.c_proj.bias": {16},
	}
	if len(b.Stored) != len(shapes) {
		t.Errorf("stored %v, want %d tensors", names(b.Stored), len(shapes))
	}
	for _, p := range b.Stored {
		if !slices.Equal(p.Shape(), shapes[p.Name]) {
			t.Errorf("%s has shape %v, want %v", p.Name, p.Shape(), shapes[p.Name])
		}
		if p.NeedsGrad() {
			t.Errorf("%s is not frozen", p.Name)
		}
	}
	stored, trained := 0, 0
	for _, p := range b.Stored {
		stored += p.Len()
	}
	for _, p := range b.Trained {
		trained += p.Len()
	}
	if stored != trained {
		t.Errorf("%d elements are stored, %d trained", stored, trained)
	}
}

// Training the parts must show in the stored tensor.
func TestAttentionPartsShareMemoryWithTheStoredTensor(t *testing.T) {
	tr, b := transformer(1)
	a := tr.Blocks[0].Attn
	w := b.Stored[slices.Index(names(b.Stored), "tower.resblocks.0.attn.in_proj_weight")]
	bias := b.Stored[slices.Index(names(b.Stored), "tower.resblocks.0.attn.in_proj_bias")]
	a.Q.W.Data[0], a.KV.W.Data[0], a.KV.B.Data[31] = 100, 200, 300
	if w.Data[0] != 100 || w.Data[16*16] != 200 || bias.Data[47] != 300 {
		t.Errorf("stored elements %g, %g, %g; want 100, 200, 300", w.Data[0], w.Data[16*16], bias.Data[47])
	}
}

func TestConvIsAMatrix(t *testing.T) {
	b := randomBuilder()
	w := b.Conv("conv1.weight", 5, 3, 2)
	if !slices.Equal(w.Shape(), []int{5, 12}) || !slices.Equal(b.Stored[0].Shape(), []int{5, 3, 2, 2}) {
		t.Errorf("matrix %v, stored %v; want [5 12] and [5 3 2 2]", w.Shape(), b.Stored[0].Shape())
	}
	if &w.Data[0] != &b.Stored[0].Data[0] {
		t.Error("the matrix is a copy of the stored tensor")
	}
}

func TestBuilderKeepsTheFirstError(t *testing.T) {
	calls := 0
	b := &Builder{Fetch: func(name string, shape []int) ([]float32, error) {
		if calls++; calls == 2 {
			return nil, errors.New("no " + name)
		}
		return make([]float32, shape[0]), nil
	}}
	b.Tensor("a", 3)
	if z := b.Tensor("b", 3); z.Len() != 3 {
		t.Errorf("after an error the tensor has %d elements, want 3 zeros", z.Len())
	}
	b.Tensor("c", 3)
	if b.Err == nil || b.Err.Error() != "no b" || calls != 2 {
		t.Errorf("error %v after %d calls, want \"no b\" after 2", b.Err, calls)
	}
}

func TestLinearWithoutBias(t *testing.T) {
	l := Linear{W: autograd.Const([]float32{1, 2, 3, 4}, 2, 2)}
	near(t, "y", l.Forward(nil, autograd.Const([]float32{1, 1}, 1, 2)).Data, []float64{3, 7}, 0)
}

func TestInitialisers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, 20000)
	moments := func() (mean, deviation, largest float64) {
		for _, v := range x {
			mean += float64(v) / float64(len(x))
			largest = max(largest, math.Abs(float64(v)))
		}
		for _, v := range x {
			deviation += (float64(v) - mean) * (float64(v) - mean) / float64(len(x))
		}
		return mean, math.Sqrt(deviation), largest
	}
	// 20000 draws: the deviation is known to 0.5 %, the mean to 0.7 % of it.
	Normal(x, 0.02, r)
	if mean, dev, _ := moments(); math.Abs(mean) > 0.02*0.03 || math.Abs(dev-0.02) > 0.02*0.02 {
		t.Errorf("Normal(0.02): mean %g, deviation %g", mean, dev)
	}
	bound := FanIn(25)
	if bound != 0.2 {
		t.Errorf("FanIn(25) = %g, want 0.2", bound)
	}
	Uniform(x, bound, r)
	mean, dev, largest := moments()
	if math.Abs(mean) > 0.005 || math.Abs(dev-0.2/math.Sqrt(3)) > 0.003 || largest > 0.2 || largest < 0.199 {
		t.Errorf("Uniform(0.2): mean %g, deviation %g, largest %g", mean, dev, largest)
	}
}
