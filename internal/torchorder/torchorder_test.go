package torchorder

import (
	"slices"
	"strconv"
	"testing"

	"frontdoor/internal/mt19937"
	"frontdoor/internal/testdata"
)

var vitB16 = Sizes{
	Vision: Tower{768, 12}, Text: Tower{512, 12},
	Patch: 16, Tokens: 197, Context: 77, Vocab: 49408, Join: 512,
}

// golden holds what PyTorch's loader drew, by method and run seed.
type golden map[string]map[string]struct {
	Drawn  int `json:"rng_offset_u32"`
	Epochs []struct {
		Base    int64 `json:"base_seed"`
		Sampler int64 `json:"sampler_seed"`
	} `json:"epochs"`
}

// draws is where the methods of the golden file stand when training begins.
var draws = map[string]int{
	"CoOp_ctxinit":       CLIPDraws(vitB16),
	"CoCoOp_ctxinit":     CLIPDraws(vitB16) + CoCoOpDraws(vitB16),
	"MaPLe_depth9_nctx2": CLIPDraws(vitB16) + MaPLeDraws(vitB16, 2, 9),
	"MaPLe_depth3_nctx2": CLIPDraws(vitB16) + MaPLeDraws(vitB16, 2, 3),
	"IVLP_2p2_depth12":   CLIPDraws(vitB16) + IndependentDraws(vitB16, 2, 12, 2, 12),
}

func TestDrawsBeforeTraining(t *testing.T) {
	var g golden
	testdata.ReadJSON(t, "testdata/dataloader_seeds.json", &g)
	for method, n := range draws {
		if g[method]["1"].Drawn == 0 {
			t.Errorf("%s: no golden value", method)
		}
		for seed, want := range g[method] {
			if n != want.Drawn {
				t.Errorf("%s, seed %s: %d draws, want %d", method, seed, n, want.Drawn)
			}
		}
	}
	if len(g) != len(draws) {
		t.Errorf("%d methods, the golden file has %d", len(draws), len(g))
	}
}

// The base and sampler seeds of the first epochs, for the published dimensions.
func TestEpochSeeds(t *testing.T) {
	var g golden
	testdata.ReadJSON(t, "testdata/dataloader_seeds.json", &g)
	seeds := []string{"1", "2", "3"}
	if testing.Short() {
		seeds = seeds[:1]
	}
	for _, seed := range seeds {
		t.Run("seed "+seed, func(t *testing.T) {
			t.Parallel()
			n, err := strconv.ParseUint(seed, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			base := mt19937.NewTorch(n) // walks over all methods in one pass
			base.Skip(uint64(CLIPDraws(vitB16)))
			for method := range draws {
				at := *base
				at.Skip(uint64(draws[method] - CLIPDraws(vitB16)))
				o := &Order{gen: &at}
				for e, want := range g[method][seed].Epochs {
					if got := o.Epoch(e); got.Base != want.Base || got.Sampler != want.Sampler {
						t.Errorf("%s, epoch %d: %+v, want %+v", method, e, got, want)
					}
				}
			}
		})
	}
}

// Epochs can be asked for in any order, and workers differ.
func TestOrder(t *testing.T) {
	a, b := New(5, 1000), New(5, 1000)
	third := a.Epoch(2)
	for e := range 3 {
		if a.Epoch(e) != b.Epoch(e) {
			t.Errorf("epoch %d differs", e)
		}
	}
	if b.Epoch(2) != third {
		t.Error("epoch 2 depends on what was asked before")
	}
	perm := third.Perm(100)
	sorted := slices.Sorted(slices.Values(perm))
	for i, v := range sorted {
		if v != i {
			t.Fatalf("%v is no permutation", perm)
		}
	}
	if third.Worker(0).Uint32() == third.Worker(1).Uint32() {
		t.Error("two workers draw the same")
	}
}
