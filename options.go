package frontdoor

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/imaging"
	"frontdoor/prompt"
)

// Option is a choice that [Open] and [Load] leave to the caller.
type Option func(*options)

// options are all choices; zeros stand for the defaults.
type options struct {
	model, vocabulary, activation string
	imageOnly                     bool
	templates                     []string

	method, dataset, half string
	seed                  *uint64
	shots, count          int

	upright   *bool // nil: as the run has it
	batch     int
	threads   int
	memory    int64
	maxPixels int
	device    string
	cache     string
}

// defaultBatch is how many images are encoded at once. More would be hardly
// faster, and each takes about 30 MB in ViT-B/16.
const defaultBatch = 8

// mostBatch bounds what is set aside for images that wait: 7 GB in ViT-B/16.
const mostBatch = 1 << 12

func newOptions(list []Option) (*options, error) {
	o := &options{half: "all", batch: defaultBatch, maxPixels: imaging.MaxPixels}
	for _, set := range list {
		if set == nil {
			return nil, &OptionError{fmt.Errorf("frontdoor: an Option is nil")}
		}
		set(o)
	}
	switch {
	case o.batch < 1 || o.batch > mostBatch:
		return nil, &OptionError{fmt.Errorf("frontdoor: a batch of %d images; want 1 to %d", o.batch, mostBatch)}
	case o.threads < 0:
		return nil, &OptionError{fmt.Errorf("frontdoor: %d threads; want at least 1, or 0 for all cores", o.threads)}
	case o.memory < 0:
		return nil, &OptionError{fmt.Errorf("frontdoor: a memory limit of %d bytes", o.memory)}
	case slices.ContainsFunc(o.templates, isNoCaption):
		return nil, &OptionError{fmt.Errorf("frontdoor: the captions %q; want {} in each, the place of the class, and UTF-8, as in %q", o.templates, data.DefaultTemplate)}
	case o.maxPixels < 1 || o.maxPixels > imaging.MaxPixels:
		return nil, &OptionError{fmt.Errorf("frontdoor: a limit of %d pixels; want 1 to %d", o.maxPixels, imaging.MaxPixels)}
	}
	return o, nil
}

// noRun returns an error if an option chooses within a run, where there is none yet.
func (o *options) noRun() error {
	for _, given := range []struct {
		name string
		set  bool
	}{
		{"WithModel", o.model != ""}, {"WithMethod", o.method != ""}, {"WithDataset", o.dataset != ""}, {"WithHalf", o.half != "all"},
		{"WithSeed", o.seed != nil}, {"WithShots", o.shots != 0}, {"WithTemplates", o.count != 0},
	} {
		if given.set {
			return &OptionError{fmt.Errorf("frontdoor: %s chooses within a run that Open opens", given.name)}
		}
	}
	return nil
}

// aRun returns an error if an option is for a model without a run.
func (o *options) aRun() error {
	switch {
	case len(o.templates) > 0:
		return &OptionError{errors.New("frontdoor: WithCaptions is for Load: a run has captions of its own")}
	case o.imageOnly:
		return &OptionError{errors.New("frontdoor: ImageTowerOnly is for Load: a run needs the text tower")}
	}
	return nil
}

// turns returns an error if WithUpright contradicts how images of training are turned.
func (o *options) turns(upright bool, whose string) error {
	if o.upright != nil && *o.upright != upright {
		return &OptionError{fmt.Errorf("frontdoor: photographs turned upright: %v; of %s it is %v", *o.upright, whose, upright)}
	}
	return nil
}

// isNoCaption says whether a caption would be the same for all classes, or is no text.
func isNoCaption(template string) bool {
	return !strings.Contains(template, "{}") || !utf8.ValidString(template)
}

// fit makes the batch as small as the memory limit asks for. An image goes through
// the tower in so many views.
func (o *options) fit(m *clip.Model, views int) error {
	if o.memory == 0 {
		return nil
	}
	side := int64(m.Config.Vision.Image)
	for ; ; o.batch /= 2 {
		waiting := 3 * int64(o.batch) * 4 * 3 * side * side // two batches in slots, one in the tower
		need := m.Bytes() + waiting + prompt.FrozenPass(m, o.batch*views).Bytes
		switch {
		case need <= o.memory:
			return nil
		case o.batch == 1:
			return &OptionError{fmt.Errorf("frontdoor: a memory limit of %d bytes: the model and one image take about %d", o.memory, need)}
		}
	}
}

// WithModel names the file of a run's model, if it is not where it was when the
// run was trained.
func WithModel(path string) Option { return func(o *options) { o.model = path } }

// WithVocabulary names the file of the model's vocabulary, if it is not beside
// the model or in the cache.
func WithVocabulary(path string) Option { return func(o *options) { o.vocabulary = path } }

// WithActivation names the model's activation, "quick_gelu" or "gelu", if
// nothing beside the model says it.
func WithActivation(name string) Option { return func(o *options) { o.activation = name } }

// ImageTowerOnly loads no text tower, which a classifier that only embeds images
// does not need; the model's file need not have one.
func ImageTowerOnly() Option { return func(o *options) { o.imageOnly = true } }

// WithCaptions gives the captions of a class for [Load], in which {} stands for
// its name; the features of several are averaged. The default is
// "a photo of a {}.".
func WithCaptions(templates ...string) Option {
	return func(o *options) { o.templates = slices.Clone(templates) }
}

// WithMethod chooses among the methods of a run. The default is the one that the
// run compares with the others, or its last one.
func WithMethod(name string) Option { return func(o *options) { o.method = name } }

// WithSeed chooses among the seeds of a run; the default is its first one.
func WithSeed(seed uint64) Option { return func(o *options) { o.seed = &seed } }

// WithDataset chooses among the datasets of a run that has several.
func WithDataset(name string) Option { return func(o *options) { o.dataset = name } }

// WithShots chooses among the numbers of training images of a class, of a run
// that has several.
func WithShots(n int) Option { return func(o *options) { o.shots = n } }

// WithTemplates chooses among the numbers of learned templates of a run that has
// several.
func WithTemplates(n int) Option { return func(o *options) { o.count = n } }

// WithHalf chooses which of a run's classes are asked about: "all", which is the
// default, "base" or "new", of a run that was trained on half of its classes.
func WithHalf(which string) Option { return func(o *options) { o.half = which } }

// WithUpright says whether photographs, given as files or as bytes, are turned as
// their EXIF orientation asks. The default is as the run was trained, which an
// option must not contradict, and true for [Load].
func WithUpright(on bool) Option { return func(o *options) { o.upright = &on } }

// WithBatch sets how many images go through the model at once, at most 4096; the
// default is 8.
func WithBatch(images int) Option { return func(o *options) { o.batch = images } }

// WithThreads sets how many threads compute, in the whole process; the default
// is all cores.
func WithThreads(n int) Option { return func(o *options) { o.threads = n } }

// WithMemory bounds the memory in bytes that the classifier is expected to take:
// batches become smaller until the model, the images that wait and what the image
// tower works in stay below. It is an error if one image is too much. Decoding is
// bounded by [WithMaxPixels] and [WithThreads].
func WithMemory(bytes int64) Option { return func(o *options) { o.memory = bytes } }

// WithMaxPixels refuses images of more pixels. The default is Pillow's limit,
// 178,956,970.
func WithMaxPixels(n int) Option { return func(o *options) { o.maxPixels = n } }

// WithCache keeps features of images by the frozen image tower in a folder, and
// takes those that are there instead of decoding an image: what cmd/train -cache
// and other classifiers have computed of the same content, model and
// preprocessing. Answers are the same. Learners with an image tower of their own
// gain nothing. Images without bytes, such as those of Classify, are not kept.
func WithCache(dir string) Option { return func(o *options) { o.cache = dir } }

// WithDevice names what runs the towers: "cpu", which is the default, "cuda",
// "cuda:N" or "auto". GPUs need a program that was built with -tags cuda.
func WithDevice(name string) Option { return func(o *options) { o.device = name } }
