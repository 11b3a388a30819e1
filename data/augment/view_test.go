package augment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"frontdoor/imaging"
)

func TestSet(t *testing.T) {
	for set := 1; set <= 2; set++ {
		views, err := Set(set, 9)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range views {
			if want := fmt.Sprintf("A%d", i+1); v.Name != want {
				t.Errorf("view %d is %s", i, v.Name)
			}
			if wantCrop := set == 2 || i%4 == 0; v.crop != wantCrop {
				t.Errorf("set %d, %s: crop is %v", set, v.Name, v.crop)
			}
			if wantOps := min(i%4, 1); len(v.ops) != wantOps {
				t.Errorf("set %d, %s: %d operations", set, v.Name, len(v.ops))
			}
			for _, u := range views[:i] {
				same := fmt.Sprint(v.crop, v.tensorCrop, v.photoCrop, v.ops) == fmt.Sprint(u.crop, u.tensorCrop, u.photoCrop, u.ops)
				if same {
					t.Errorf("set %d: %s equals %s", set, v.Name, u.Name)
				}
			}
		}
		two, err := Set(set, 2)
		if err != nil || len(two) != 2 || two[1].Name != "A2" {
			t.Errorf("two views: %v %v", two, err)
		}
	}
	for _, bad := range [][2]int{{-1, 4}, {3, 4}, {1, 0}} {
		if _, err := Set(bad[0], bad[1]); err == nil {
			t.Errorf("Set(%d, %d): no error", bad[0], bad[1])
		}
	}
}

// The first four views have the parameters of the recipe.
func TestSetParameters(t *testing.T) {
	views, err := Set(1, 4)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := views[0].tensorCrop, (cropFlip{MinArea: 0.5}); got != want {
		t.Errorf("A1 %v, want %v", got, want)
	}
	if views[0].photoCrop != DefaultCrop {
		t.Errorf("A1 %v on photographs", views[0].photoCrop)
	}
	for i, want := range []operation{
		colourJitter{SatMin: 0.6, SatMax: 1.4, ConMin: 0.6, ConMax: 1.4, Bright: 0.15, Hue: 0.2},
		blurNoise{MaxNoise: 0.12},
		erasePosterise{EraseProb: 0.7, SideMin: 0.15, SideMax: 0.45, PosterProb: 0.5, Levels: 4},
	} {
		if got := views[i+1].ops[0]; fmt.Sprintf("%.6v", got) != fmt.Sprintf("%.6v", want) {
			t.Errorf("A%d %v, want %v", i+2, got, want)
		}
	}
}

func TestViewsRepeatAndStayInRange(t *testing.T) {
	im := imaging.New(61, 47)
	pix := rand.New(rand.NewPCG(3, 4))
	for i := range im.Pix {
		im.Pix[i] = uint8(pix.Uint32())
	}
	const n = 48
	src := make([]float32, 3*n*n)
	imaging.Square(im, n).CHW(src, imaging.Unit, imaging.UnitStd)
	for set := 1; set <= 2; set++ {
		views, err := Set(set, 6)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range views {
			for name, apply := range map[string]func(dst []float32, r *rand.Rand){
				"tensor": func(dst []float32, r *rand.Rand) { v.Apply(dst, src, n, n, r) },
				"photo":  func(dst []float32, r *rand.Rand) { v.Photo(dst, im, n, r) },
			} {
				a, b, c := make([]float32, len(src)), make([]float32, len(src)), make([]float32, len(src))
				apply(a, rand.New(rand.NewPCG(1, 1)))
				apply(b, rand.New(rand.NewPCG(1, 1)))
				apply(c, rand.New(rand.NewPCG(1, 2)))
				if !slices.Equal(a, b) || slices.Equal(a, c) {
					t.Errorf("set %d, %s, %s: the seed does not decide", set, v.Name, name)
				}
				if slices.Min(a) < 0 || slices.Max(a) > 1 {
					t.Errorf("set %d, %s, %s: values from %v to %v", set, v.Name, name, slices.Min(a), slices.Max(a))
				}
			}
		}
	}
}

func TestChain(t *testing.T) {
	src := three(1, 2, 3, 4)
	for count := range 5 {
		ops := make([]operation, count)
		for i := range ops {
			ops[i] = add(i + 1)
		}
		dst := make([]float32, len(src))
		chain(dst, src, 2, 2, ops, nil)
		if want := src[0] + float32(count*(count+1)/2); dst[0] != want {
			t.Errorf("%d operations: %v, want %v", count, dst[0], want)
		}
	}
	if src[0] != 1 {
		t.Error("the source was changed")
	}
}

// add is an operation that adds a number.
type add int

func (a add) Apply(dst, src []float32, h, w int, _ *rand.Rand) {
	checkShape("add", dst, src, h, w)
	for i, v := range src {
		dst[i] = v + float32(a)
	}
}

func BenchmarkViews(b *testing.B) {
	views, err := Set(2, 4)
	if err != nil {
		b.Fatal(err)
	}
	const n = 48
	src, dst := make([]float32, 3*n*n), make([]float32, 3*n*n)
	r := rng()
	for _, v := range views {
		b.Run(v.Name, func(b *testing.B) {
			for b.Loop() {
				v.Apply(dst, src, n, n, r)
			}
		})
	}
}

func TestSetWithoutDecoupling(t *testing.T) {
	plain, err := Set(0, 5)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range plain {
		if !v.crop || len(v.ops) > 0 || v.tensorCrop != tensorCrop(0) || v.photoCrop != DefaultCrop {
			t.Errorf("view %d of set 0 is not the plain crop: %+v", i, v)
		}
	}
}
