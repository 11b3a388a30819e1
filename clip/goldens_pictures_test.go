package clip

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"frontdoor/imaging"
	"frontdoor/internal/testdata"
)

// goldenImagesFile is golden.json of the image processors.
type goldenImagesFile struct {
	Configs []struct {
		Name, Kind, Class string
		File              map[string]json.RawMessage
		Preprocess        map[string]json.RawMessage `json:"preprocess_cfg"`
	}
	Results []struct {
		Config, Picture string
		HF              json.RawMessage `json:"hf_pil"`
		OpenCLIP        json.RawMessage `json:"open_clip"`
	}
}

// goldenSummary is what is known of a tensor.
type goldenSummary struct {
	Shape      []int
	First24    []float64
	Sum, SumSq float64
}

// goldenPictures compares what the processors of all configurations make of
// all pictures. Where the reference failed, anything but a panic will do.
func goldenPictures(t *testing.T, dir string) {
	var g goldenImagesFile
	testdata.ReadJSON(t, filepath.Join(dir, "golden.json"), &g)
	if len(g.Results) == 0 {
		t.Fatal("no results")
	}
	for _, r := range g.Results {
		t.Run(r.Config+"/"+r.Picture, func(t *testing.T) {
			text := r.HF
			if text == nil {
				text = r.OpenCLIP
			}
			var want goldenSummary
			failed := json.Unmarshal(text, &want) != nil
			p, err := goldenProcessor(&g, r.Config)
			if failed && err != nil {
				t.Skipf("skipped: the reference fails, and so does this (%v)", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			im, err := imaging.Load(t.Context(), filepath.Join(dir, r.Picture+".png"))
			if err != nil {
				t.Fatal(err)
			}
			h, w := p.Size(im.H, im.W)
			got := make([]float32, 3*h*w)
			p.Tensor(got, im)
			if failed || want.Shape[0] != 3 {
				return // or it gives as many channels as the picture has, which no image tower takes
			}
			if fmt.Sprint(want.Shape) != fmt.Sprint([]int{3, h, w}) {
				t.Fatalf("shape [3 %d %d], want %v", h, w, want.Shape)
			}
			for i, v := range want.First24 {
				if !(math.Abs(float64(got[i])-v) <= 2e-6*max(1, math.Abs(v))) {
					t.Errorf("number %d is %.8g, want %.8g", i, got[i], v)
					break
				}
			}
			sum, squares := sums(got)
			scale := max(1, math.Sqrt(want.SumSq/float64(len(got)))/2) // where nothing is normalised
			if !(math.Abs(sum-want.Sum) <= 2e-3*scale && math.Abs(squares-want.SumSq) <= 1e-2*scale*scale) {
				t.Errorf("sum %.9g and sum of squares %.9g, want %.9g and %.9g", sum, squares, want.Sum, want.SumSq)
			}
		})
	}
}

// goldenProcessor reads a configuration as if it lay in a file.
func goldenProcessor(g *goldenImagesFile, name string) (imaging.Processor, error) {
	for _, c := range g.Configs {
		if c.Name != name {
			continue
		}
		o := object{values: c.File, path: c.Name, err: new(error)}
		if c.File == nil {
			o.values = c.Preprocess
			p := openCLIPProcessor(o, 0, 0)
			return p, o.error()
		}
		if !o.has("image_processor_type") && !o.has("feature_extractor_type") && c.Class != "" {
			o.values["image_processor_type"], _ = json.Marshal(c.Class)
		}
		p := huggingFaceProcessor(o)
		return p, o.error()
	}
	return imaging.Processor{}, fmt.Errorf("no configuration %q", name)
}
