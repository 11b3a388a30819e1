package clip

import (
	"encoding/json"
	"strings"
	"testing"

	"frontdoor/imaging"
)

// What to fill up with may be a number or a list, and is cut off and limited as
// in torchvision and Pillow.
func TestFillColour(t *testing.T) {
	for text, want := range map[string]imaging.Colour{
		`[7, 7, 7]`: {7, 7, 7}, `7`: {7, 7, 7}, `null`: {}, `[1, 2, 255]`: {1, 2, 255}, `[127.9, -4, 300]`: {127, 0, 255},
	} {
		o := object{values: map[string]json.RawMessage{"resize_mode": []byte(`"longest"`), "fill_color": []byte(text)}, err: new(error)}
		if p := openCLIPProcessor(o, 0, 0); *o.err != nil || p.Fill != want {
			t.Errorf("fill_color %s: %d, error %v, want %d", text, p.Fill, *o.err, want)
		}
	}
}

// Keys of preprocessor_config.json that change the size or what is transparent.
func TestPreprocessorKeys(t *testing.T) {
	read := func(text string) (imaging.Processor, error) {
		o := object{err: new(error)}
		if err := json.Unmarshal([]byte(text), &o.values); err != nil {
			t.Fatal(err)
		}
		p := huggingFaceProcessor(o)
		return p, *o.err
	}
	for text, want := range map[string]imaging.ResizeMode{
		`{"size": 40}`: imaging.Shortest,
		`{"size": 40, "default_to_square": true}`:                                               imaging.Squash,
		`{"size": 40, "default_to_square": null}`:                                               imaging.Shortest,
		`{"size": 40, "pad_size": 99}`:                                                          imaging.Shortest,
		`{"size": 40, "do_pad": true}`:                                                          imaging.Shortest,
		`{"do_pad": true, "pad_size": [224, 224]}`:                                              imaging.Shortest,
		`{"size": 40, "image_processor_type": "ViTImageProcessor"}`:                             imaging.Squash,
		`{"size": 40, "image_processor_type": "ViTImageProcessor", "default_to_square": false}`: imaging.Shortest,
		`{"size": 40, "image_processor_type": "SiglipImageProcessor"}`:                          imaging.Shortest,
	} {
		if p, err := read(text); err != nil || p.Resize != want || p.Height != 40 && p.Height != 224 {
			t.Errorf("%s: resize %d to %d, error %v, want %d", text, p.Resize, p.Height, err, want)
		}
	}
	if _, err := read(`{"do_pad": true, "pad_size": 240}`); err == nil || !strings.Contains(err.Error(), "pad_size is 240") {
		t.Errorf("padding: error %v", err)
	}
	for text, want := range map[string]imaging.Filter{
		`{}`: imaging.Bicubic, `{"resample": 1}`: imaging.Lanczos, `{"resample": "lanczos"}`: imaging.Lanczos,
		`{"resample": null}`: imaging.Bilinear, `{"image_processor_type": "ViTImageProcessor"}`: imaging.Bilinear,
	} {
		if p, err := read(text); err != nil || p.Filter != want {
			t.Errorf("%s: filter %v, error %v, want %v", text, p.Filter, err, want)
		}
	}
	for _, text := range []string{`3.0`, `"BICUBIC"`, `"3"`, `6`, `""`, `true`} {
		if _, err := read(`{"resample": ` + text + `}`); err == nil || !strings.Contains(err.Error(), "resample is "+text) {
			t.Errorf("resample %s: error %v", text, err)
		}
	}
	if p, err := read(`{"image_mean": [0.25]}`); err != nil || p.Mean != [3]float64{0.25, 0.25, 0.25} {
		t.Errorf("image_mean [0.25]: %v, error %v", p.Mean, err)
	}
	for text, want := range map[string]bool{`{}`: false, `{"do_convert_rgb": false}`: true, `{"do_convert_rgb": null}`: true, `{"image_processor_type": "ViTImageProcessor"}`: true} {
		if p, err := read(text); err != nil || p.Unconverted != want {
			t.Errorf("%s: unconverted %v, error %v", text, p.Unconverted, err)
		}
	}
}
