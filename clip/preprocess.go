package clip

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"frontdoor/imaging"
)

// The statistics that OpenAI normalised pictures with, and the others that
// occur.
var (
	openAIMean = [3]float64{0.48145466, 0.4578275, 0.40821073}
	openAIStd  = [3]float64{0.26862954, 0.26130258, 0.27577711}
	half       = [3]float64{0.5, 0.5, 0.5}
)

// preprocessorConfig is the file that transformers keeps preprocessing in.
const preprocessorConfig = "preprocessor_config.json"

// imageClass holds the defaults of one of transformers' image processors.
type imageClass struct {
	squash    bool // the default size is height and width, not the shorter side
	square    bool // so is a size that is one number
	crop      bool
	resample  int
	mean, std [3]float64
	convert   bool
}

// imageClasses are the processors that are read, by the names of their slow and
// fast classes and of the old feature extractors.
var imageClasses = map[string]imageClass{
	"CLIP":   {crop: true, resample: 3, mean: openAIMean, std: openAIStd, convert: true},
	"Bit":    {crop: true, resample: 3, mean: openAIMean, std: openAIStd, convert: true},
	"Siglip": {squash: true, resample: 3, mean: half, std: half, convert: true},
	"ViT":    {squash: true, square: true, resample: 2, mean: half, std: half},
}

// className returns the family in a class's name, such as CLIP in
// CLIPImageProcessorFast.
func className(name string) string {
	for _, end := range []string{"Fast", "Pil"} {
		name = strings.TrimSuffix(name, end)
	}
	for _, end := range []string{"ImageProcessor", "FeatureExtractor"} {
		name = strings.TrimSuffix(name, end)
	}
	return name
}

// readPreprocessor reads the preprocessing that transformers keeps in
// processor_config.json or in preprocessor_config.json, and reports whether
// there is one.
func readPreprocessor(dir string) (p imaging.Processor, found bool, err error) {
	nested, found, err := readObject(filepath.Join(dir, "processor_config.json"))
	if err != nil {
		return p, false, err
	}
	if found && nested.has("image_processor") {
		p = huggingFaceProcessor(nested.object("image_processor"))
		return p, true, nested.error()
	}
	o, found, err := readObject(filepath.Join(dir, preprocessorConfig))
	if err != nil || !found {
		return p, false, err
	}
	p = huggingFaceProcessor(o)
	return p, true, o.error()
}

// huggingFaceProcessor reads preprocessor_config.json. A missing key has the
// class's default; a null one is off. Sources: transformers 5.24,
// image_processing_utils.py, image_processing_backends.py.
func huggingFaceProcessor(o object) imaging.Processor {
	name := o.word("image_processor_type", o.word("feature_extractor_type", "CLIPImageProcessor"))
	class, ok := imageClasses[className(name)]
	if !ok {
		o.fail("image_processor_type", "is %q, which is not supported; only those of CLIP, SigLIP, ViT and Bit are", name)
		return imaging.Processor{}
	}
	p := imaging.Processor{Rules: imaging.TransformersRules, Std: [3]float64{1, 1, 1}}
	p.Unconverted = !o.off("do_convert_rgb", class.convert)
	if o.off("do_resize", true) {
		o.setSize(&p, class)
		o.setFilter(&p, class)
	}
	if o.off("do_center_crop", class.crop) {
		o.nulls("crop_size")
		p.CropHeight, p.CropWidth = o.sides("crop_size", 224)
	}
	p.Factor = 1
	if o.off("do_rescale", true) {
		o.nulls("rescale_factor")
		p.Factor = o.number("rescale_factor", 1.0/255)
	}
	if o.off("do_normalize", true) {
		o.nulls("image_mean", "image_std")
		p.Mean, p.Std = o.channels("image_mean", class.mean), o.channels("image_std", class.std)
	}
	if p.Factor == 0 {
		o.fail("rescale_factor", "is 0, which makes every picture the same")
	}
	if p.Std[0] == 0 || p.Std[1] == 0 || p.Std[2] == 0 {
		o.fail("image_std", "is %s; dividing by 0 is not possible", o.text("image_std"))
	}
	o.refusePadding(p)
	o.refuse("do_flip_channel_order", "")
	o.refuse("do_reduce_labels", "")
	o.refuse("offset", "")
	return p
}

// refusePadding refuses do_pad where it would change a picture that is resized
// and cropped.
func (o object) refusePadding(p imaging.Processor) {
	if !o.off("do_pad", false) || !o.has("pad_size") {
		return // without a size the pictures of a batch are padded to the largest
	}
	h, w := o.sides("pad_size", 0)
	if have, wide := p.Size(1, 1); h != have || w != wide {
		o.fail("pad_size", "is %s, and pictures have %d x %d pixels without it; padding is not supported", o.text("pad_size"), have, wide)
	}
}

// off returns the switch under the key, whose null is false.
func (o object) off(key string, missing bool) bool {
	if _, ok := o.values[key]; ok && !o.has(key) {
		return false
	}
	return o.truth(key, missing)
}

// nulls refuses null where transformers fails on it.
func (o object) nulls(keys ...string) {
	for _, key := range keys {
		if _, ok := o.values[key]; ok && !o.has(key) {
			o.fail(key, "is null, and the step that needs it is on")
		}
	}
}

// setSize reads size: a number, which is the shorter side, a list of height
// and width, or an object with one of the pairs of keys that transformers
// knows.
func (o object) setSize(p *imaging.Processor, class imageClass) {
	o.nulls("size")
	var side float64
	raw := o.values["size"]
	switch {
	case o.truth("use_square_size", false):
		p.Resize, p.Height, p.Width = imaging.Squash, 224, 224
	case !o.has("size"):
		p.Resize, p.Height, p.Width = imaging.Shortest, 224, 0
		if class.squash {
			p.Resize, p.Width = imaging.Squash, 224
		}
	case json.Unmarshal(raw, &side) == nil:
		p.Resize, p.Height = imaging.Shortest, o.whole("size", 0)
		if o.off("default_to_square", class.square) {
			p.Resize, p.Width = imaging.Squash, p.Height
		}
	case raw[0] == '[':
		p.Resize = imaging.Squash
		p.Height, p.Width = o.sides("size", 0)
	default:
		o.sizeObject(p)
	}
}

func (o object) sizeObject(p *imaging.Processor) {
	s := o.object("size")
	switch {
	case s.has("shortest_edge"):
		p.Resize, p.Height, p.Limit = imaging.Shortest, s.whole("shortest_edge", 0), s.whole("longest_edge", 0)
	case s.has("max_height") && s.has("max_width"):
		p.Resize, p.Height, p.Width = imaging.Within, s.whole("max_height", 0), s.whole("max_width", 0)
	case s.has("height") && s.has("width"):
		p.Resize, p.Height, p.Width = imaging.Squash, s.whole("height", 0), s.whole("width", 0)
	default:
		o.fail("size", "is %s; want shortest_edge, height and width, or max_height and max_width", o.text("size"))
	}
}

// setFilter reads resample: Pillow's number of a filter, or its name, as the fast
// classes take it. null is bilinear.
func (o object) setFilter(p *imaging.Processor, class imageClass) {
	number, ok := class.resample, true
	if raw, there := o.values["resample"]; there {
		var name string
		switch number = 2; {
		case json.Unmarshal(raw, &name) == nil && name != "":
			if p.Filter, ok = imaging.FilterNamed(name); ok {
				return
			}
		default:
			ok = json.Unmarshal(raw, &number) == nil // 3.0 is no number of a filter to transformers
		}
	}
	f, known := imaging.FilterOf(number)
	if !ok || !known {
		o.fail("resample", "is %s; Pillow's filters have the numbers 0 to 5, or the names bicubic, bilinear ...", o.text("resample"))
	}
	p.Filter = f
}

// sides returns height and width under the key: a number for both, a list, or
// an object.
func (o object) sides(key string, missing int) (h, w int) {
	if !o.has(key) {
		return missing, missing
	}
	var list []json.RawMessage
	switch raw := o.values[key]; {
	case raw[0] == '{':
		s := o.object(key)
		if !s.has("height") || !s.has("width") {
			o.fail(key, "is %s; want height and width", o.text(key))
		}
		return s.whole("height", 1), s.whole("width", 1)
	case raw[0] == '[' && json.Unmarshal(raw, &list) == nil:
		pair := object{values: map[string]json.RawMessage{}, path: o.path, err: o.err}
		if len(list) != 2 {
			o.fail(key, "is %s; want height and width", o.text(key))
			return 1, 1
		}
		pair.values["first side of "+key], pair.values["second side of "+key] = list[0], list[1]
		return pair.whole("first side of "+key, 1), pair.whole("second side of "+key, 1)
	}
	h = o.whole(key, 1)
	return h, h
}

// channels returns three numbers: a list, or a number for all of them, alone or
// in a list.
func (o object) channels(key string, missing [3]float64) (out [3]float64) {
	if !o.has(key) {
		return missing
	}
	var one float64
	if json.Unmarshal(o.values[key], &one) == nil {
		return [3]float64{one, one, one}
	}
	var list []float64
	if json.Unmarshal(o.values[key], &list) == nil && len(list) == 1 {
		return [3]float64{list[0], list[0], list[0]}
	}
	if len(list) != 3 {
		if len(list) > 0 || string(o.values[key]) != "[]" {
			o.fail(key, "is %s, want three numbers or one", o.text(key))
		}
		return missing
	}
	return [3]float64(list)
}

// checkInput returns an error unless the processor gives the input that the
// image tower takes, whatever the picture.
func checkInput(p imaging.Processor, side int) error {
	if p == (imaging.Processor{}) {
		return nil
	}
	h, w := p.CropHeight, p.CropWidth
	if h == 0 {
		if p.Resize != imaging.Squash {
			return errors.New("the preprocessing neither crops nor gives pictures one size, and the image tower takes one size only")
		}
		h, w = p.Height, p.Width
	}
	if h != side || w != side {
		return fmt.Errorf("the preprocessing gives pictures of %d x %d pixels, and the image tower takes %d x %d", h, w, side, side)
	}
	return nil
}
