package clip

import (
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
		o.fail("image_processor_type", "is %q, which is not supported; only those of CLIP, SigLIP, ViT and Bit are", shown(name))
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
