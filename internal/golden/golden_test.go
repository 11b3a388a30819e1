package golden

import (
	"math"
	"testing"
)

func TestGeneratorMatchesTheReference(t *testing.T) {
	plain := TinyClip().Plain
	check := func(name string, got []float32, want []float64) {
		t.Helper()
		for i, w := range want {
			// The numbers were printed with ten digits; float32 keeps seven.
			if g := float64(got[i]); math.Abs(g-w) > 1e-7*max(1, math.Abs(w)) {
				t.Errorf("%s[%d] = %.10g, want %.10g", name, i, g, w)
			}
		}
	}
	byName := map[string][]float32{}
	for _, x := range Tensors(Vocab) {
		byName[x.Name] = x.Data
	}
	for name, want := range plain.ParamCheck {
		if byName[name] == nil {
			t.Fatalf("the model has no tensor %q", name)
		}
		check(name, byName[name], want)
	}
	check("image", Image(), plain.ImageFirst3)
}

func TestEveryEntryIsThere(t *testing.T) {
	n := TinyClip()
	if len(n.Plain.TextFeatures) != 3 || len(n.Plain.Logits) != 2 {
		t.Errorf("plain entry is incomplete: %+v", n.Plain)
	}
	for name, r := range map[string]Run{
		"CoOpEnd": n.CoOpEnd, "CoOpMiddle": n.CoOpMiddle, "CoOpFront": n.CoOpFront,
		"CoCoOp": n.CoCoOp, "MaPLeDepth3": n.MaPLeDepth3, "IVLP": n.IVLP,
	} {
		if len(r.Logits) != Images || r.Loss == 0 || len(r.Grads) == 0 || len(r.Losses) != 3 {
			t.Errorf("entry %s is incomplete: %+v", name, r)
		}
	}
	if len(n.MaPLeDepth2.Logits) != Images {
		t.Errorf("entry MaPLeDepth2 is incomplete: %+v", n.MaPLeDepth2)
	}
}

// A table with more rows begins with the same rows.
func TestTensorsWithLongerVocabulary(t *testing.T) {
	short, long := Tensors(Vocab), Tensors(Vocab+10)
	for i := range short {
		for j, v := range short[i].Data {
			if long[i].Data[j] != v {
				t.Fatalf("%s[%d] = %g with a longer vocabulary, want %g", short[i].Name, j, long[i].Data[j], v)
			}
		}
	}
}
