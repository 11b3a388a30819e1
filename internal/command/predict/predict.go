// Package predict is the command that classifies images with what a run of
// train has learned, or with any CLIP and the names of the classes.
package predict

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"frontdoor"
	"frontdoor/data"
	"frontdoor/internal/cli"
	"frontdoor/internal/term"
)

const help = `Usage: go run ./cmd/predict -run RUN [flags] IMAGES
       go run ./cmd/predict -model FILE -labels "cat,dog" [flags] IMAGES
       go run ./cmd/predict -model FILE -captions "a cat;an animal" [flags] IMAGES
       go run ./cmd/predict -model FILE -embed [flags] IMAGES

Classifies images with a trained run: class, probability, uncertainty, and what
each template says on its own. With -labels it classifies by words alone, with any
CLIP; with -captions it tells how near each image is to each caption; with -embed
it prints the features of the images, vectors of length 1.

IMAGES are image files (JPEG, PNG, GIF, WebP, HEIC, AVIF, by content), folders of
them, archives (.zip, .tar), tables (.parquet) and lists (.csv, .jsonl): the images
that train would take. A - stands for paths, or the bytes of one image, on standard
input.

  go run ./cmd/predict -run runs/RUN photo.jpg more/
  go run ./cmd/predict -run runs/RUN -abstain 0.3 more/     "don't know" if uncertain
  find more -print0 | go run ./cmd/predict -run runs/RUN -json -0 -
  go run ./cmd/predict -model ViT-B-16.pt -labels "cat,dog" more/

`

// groups are the flags by what they are about; the first ones are those of most
// calls.
var groups = []cli.Group{
	{Title: "Most used", Flags: "run model labels template captions embed json abstain method seed cache device threads"},
	{Title: "More examples", Text: `
  go run ./cmd/predict -model M.pt -labels @names.txt -template "a photo of a {}." more/
  go run ./cmd/predict -model M.pt -embed -json more/
  go run ./cmd/predict -model M.pt -captions "a dog on grass;a dog" -figure dog.png dog.jpg
  go run ./cmd/predict -captions "a striped star;a star" -render "striped star" -figure star
`},
	{Title: "Of a run with several", Flags: "dataset shots templates classes"},
	{Title: "Captions and figures", Flags: "figure render"},
	{Title: "How files are read", Flags: "exif 0 vocab activation"},
}

// options are the flags.
type options struct {
	run, model, method, classes string
	seed                        int64
	dataset                     string // of a sweep, as are the next two
	shots, count                int
	json, nul                   bool
	stdin                       io.Reader
	abstain                     float64
	threads                     int
	images                      []string

	// Without a run.
	labels, vocabulary, activation string
	templates                      []string
	embed                          bool
	captions, render, figure       string

	exif      bool // turn photographs
	exifGiven bool

	device, cache string
}

// Notes name files and classes, which are shown safely.
var stderr = term.Shown(os.Stderr)

// Run does what the arguments of the command say.
func Run(ctx context.Context, args []string) error {
	if os.Getenv("GOGC") == "" {
		// Most of the heap is weights, which hold no pointers and cost the
		// collector no time. It need not wait for a heap of twice their size.
		debug.SetGCPercent(25)
	}
	return predict(ctx, args, cli.Stdout)
}

func parse(args []string) (*options, error) {
	o := &options{stdin: os.Stdin}
	fs := flag.NewFlagSet("predict", flag.ContinueOnError)
	fs.StringVar(&o.run, "run", "", "`DIR`: run folder that train left")
	fs.StringVar(&o.model, "model", "", "`FILE` of the run's model, if it has moved; or any CLIP: .pt, .bin, .safetensors, or a folder (default the embedded one)")
	fs.StringVar(&o.method, "method", "", "`NAME` of a method of the run (default cdc, or its last one)")
	fs.Int64Var(&o.seed, "seed", -1, "seed of the run to use (default its first)")
	fs.StringVar(&o.dataset, "dataset", "", "`NAME` of a dataset of the run, if it has several")
	fs.IntVar(&o.shots, "shots", 0, "images of each class that were trained on, if the run has several numbers")
	fs.IntVar(&o.count, "templates", 0, "learned templates, if the run has several numbers")
	fs.StringVar(&o.classes, "classes", "all", "`all`, base or new: which half of the classes to choose among")
	fs.BoolVar(&o.json, "json", false, "print one JSON object a line (docs/predict.md)")
	fs.BoolVar(&o.nul, "0", false, "paths on standard input have a NUL behind each, as find -print0 writes them")
	fs.Float64Var(&o.abstain, "abstain", 1, "answer \"don't know\" above this uncertainty (0 to 1)")
	fs.Func("labels", "classify without a run: class `NAMES` with commas between them, or @FILE with one a line", func(s string) error {
		if o.labels != "" {
			return errors.New("it is given twice: name all classes in one list")
		}
		o.labels = s
		return nil
	})
	fs.Func("template", "`CAPTION` of a class, {} is its name (default \"a photo of a {}.\"); several are averaged", func(s string) error {
		o.templates = append(o.templates, s)
		return nil
	})
	fs.StringVar(&o.vocabulary, "vocab", "", "`FILE` of the model's vocabulary, if it is not beside the model")
	fs.StringVar(&o.activation, "activation", "", "`NAME` of the model's activation, quick_gelu or gelu, if nothing beside the model says it")
	fs.BoolVar(&o.embed, "embed", false, "print the features of the images")
	fs.StringVar(&o.captions, "captions", "", "compare the images with captions: `LIST` with semicolons between them, or @FILE with one a line")
	fs.StringVar(&o.figure, "figure", "", "with -captions: also plot image and similarities to `FILE`.png or .svg, or to both without an ending")
	fs.StringVar(&o.render, "render", "", "with -captions: pictures of the synthetic world instead of files, such as `\"striped star\"`; several with semicolons")
	fs.StringVar(&o.render, "draw", "", "the former name of -render")
	fs.BoolVar(&o.exif, "exif", true, "turn photographs as their EXIF orientation asks (default as the run had it; -exif=false takes the stored pixels)")
	fs.StringVar(&o.cache, "cache", os.Getenv(cli.CacheVariable), cli.CacheFlag)
	fs.StringVar(&o.device, "device", "cpu", cli.DeviceFlag)
	fs.IntVar(&o.threads, "threads", 0, "threads to use (default all cores)")
	if err := cli.Parse(fs, args, help, groups...); err != nil {
		return nil, err
	}
	ofRun := ""
	fs.Visit(func(f *flag.Flag) {
		o.exifGiven = o.exifGiven || f.Name == "exif"
		if slices.Contains([]string{"method", "seed", "dataset", "shots", "templates", "classes"}, f.Name) {
			ofRun = f.Name
		}
	})
	o.images = fs.Args()
	if err := o.check(); err != nil {
		return nil, err
	}
	if ofRun != "" && o.run == "" {
		return nil, cli.Usagef("-%s goes with -run", ofRun)
	}
	return o, cli.Threads(o.threads)
}

// check reports flags that exclude or need each other.
func (o *options) check() error {
	modes := 0
	for _, on := range []bool{o.run != "", o.labels != "", o.embed, o.captions != ""} {
		if on {
			modes++
		}
	}
	switch {
	case modes == 0:
		return cli.Usagef("say what to do: -run RUN (the folder that train left), -labels NAMES, -captions TEXTS or -embed (-h explains)")
	case modes > 1:
		return cli.Usagef("-run, -labels, -captions and -embed exclude each other")
	case o.labels == "" && len(o.templates) > 0:
		return cli.Usagef("-template goes with -labels")
	case !(o.abstain >= 0 && o.abstain <= 1):
		return cli.Usagef("-abstain %v: must be 0 to 1", o.abstain)
	case o.seed < -1:
		return cli.Usagef("-seed %d: must be 0 or more", o.seed)
	case o.captions == "" && (o.figure != "" || o.render != ""):
		return cli.Usagef("-figure and -render go with -captions")
	case o.captions != "" && o.json:
		return cli.Usagef("-json does not go with -captions")
	case slices.Contains([]string{".pdf", ".eps", ".jpg", ".jpeg"}, strings.ToLower(filepath.Ext(o.figure))):
		return cli.Usagef("-figure %s: figures are .png or .svg, or both without an ending", o.figure)
	case o.nul && !slices.Contains(o.images, stdinName):
		return cli.Usagef("-0 is about paths on standard input: name - among the images")
	case o.render != "" && len(o.images) > 0:
		return cli.Usagef("-render makes its own images; leave %s away", o.images[0])
	case o.render != "":
	case len(o.images) == 0:
		return cli.Usagef("name images or folders of images")
	}
	for _, t := range o.templates {
		if !strings.Contains(t, "{}") {
			return cli.Usagef("-template %q: it needs {} where the class name goes", t)
		}
	}
	return nil
}

func predict(ctx context.Context, args []string, w io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	switch {
	case o.embed:
		return o.embedAll(ctx, w)
	case o.captions != "":
		return o.compareCaptions(ctx, w)
	}
	return o.classify(ctx, w)
}

// classify prints an answer for each image.
func (o *options) classify(ctx context.Context, w io.Writer) error {
	c, err := o.classifier(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := o.agreeExif(c.Info().Upright); err != nil {
		return err
	}
	images, err := o.collect(ctx, stderr)
	if err != nil {
		return err
	}
	var out printer = &table{w: w, abstain: o.abstain}
	if o.json {
		out = &lines{w: w, abstain: o.abstain}
	}
	failed, err := each(ctx, images, c.ClassifySources, func(im data.Source, a frontdoor.Answer, err error) error {
		return out.print(resultOf(im.Name(), a, err))
	})
	if err := errors.Join(err, out.end()); err != nil {
		return err
	}
	return unread(failed, len(images))
}

// agreeExif lets a run say whether photographs are turned; the flag must not say
// otherwise.
func (o *options) agreeExif(run bool) error {
	if o.run == "" {
		return nil
	}
	if o.exifGiven && o.exif != run {
		return cli.Usagef("-exif=%v: the run in %s was trained with -exif=%v", o.exif, o.run, run)
	}
	o.exif = run
	return nil
}

// unread is the error of images that could not be read, if there are any.
func unread(failed, of int) error {
	if failed == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d images could not be read or answered", failed, of)
}

// classifier returns what the flags ask for: a method of a run, or captions
// alone. What was assumed about the model is said on standard error.
func (o *options) classifier(ctx context.Context) (*frontdoor.Classifier, error) {
	if o.labels != "" {
		return o.zeroShot(ctx)
	}
	opts := []frontdoor.Option{frontdoor.WithModel(o.model), frontdoor.WithVocabulary(o.vocabulary), frontdoor.WithActivation(o.activation),
		frontdoor.WithMethod(o.method), frontdoor.WithHalf(o.classes),
		frontdoor.WithDataset(o.dataset), frontdoor.WithShots(o.shots), frontdoor.WithTemplates(o.count), frontdoor.WithDevice(o.device), frontdoor.WithCache(o.cache)}
	if o.seed >= 0 {
		opts = append(opts, frontdoor.WithSeed(uint64(o.seed)))
	}
	c, err := opened(frontdoor.Open(ctx, o.run, opts...))
	if err == nil && c.Info().Model == "tiny" && c.Info().Photographs {
		cli.WarnToy(stderr, "predict")
	}
	return c, err
}

// opened says what was assumed about the model of a classifier, and turns the
// error of an option into one of usage.
func opened(c *frontdoor.Classifier, err error) (*frontdoor.Classifier, error) {
	if errors.As(err, new(*frontdoor.OptionError)) {
		return nil, cli.Usage{Err: err}
	}
	if err != nil {
		return nil, err
	}
	for _, note := range c.Info().Notes {
		noted(note)
	}
	return c, nil
}

// noted says what the user may not expect.
func noted(note string) { fmt.Fprintf(stderr, "predict: note: %s\n", note) }
