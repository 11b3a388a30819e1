package train

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdoor/cuda"
	"frontdoor/data"
	"frontdoor/data/coop"
	"frontdoor/data/world"
	"frontdoor/eval/kept"
	"frontdoor/eval/plan"
	"frontdoor/eval/report"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
	"frontdoor/method"
)

// options are the flags.
type options struct {
	model, vocab            string
	dataset, data, protocol string
	methods, seeds, load    string
	shots, templates        string // lists
	targets                 string
	curve                   bool
	shard                   shard
	merge                   string
	settings                method.Settings
	threads                 int
	export, verify, quick   bool
	strict                  bool
	cache                   string
	kept                    *kept.Folder // features in the folder cache; nil without
	study, plan             bool
	recompute               string // auto, on or off
	memory                  memorySize
	compare                 string
	runs                    []string // run folders to compare or to merge
	figures                 string
	page                    report.Options
	out                     string
	resume                  resume
	risk                    cli.Risk
	device                  string
	gpu                     *cuda.Device // nil: the CPU
	exif                    exifFlag
	turn                    data.Orientation // what -exif comes to, see orient

	flags map[string]string // all that shape the result, as given or by default
}

// resume is -resume, which can stand alone or name a run folder.
type resume struct {
	on  bool
	dir string
}

func (r *resume) String() string   { return r.dir }
func (r *resume) IsBoolFlag() bool { return true }
func (r *resume) Set(text string) error {
	r.on = text != "false"
	if text != "true" && text != "false" {
		r.dir = text
	}
	return nil
}

// shard is -shard, such as 0/3.
type shard struct{ rundir.Shard }

func (s *shard) String() string {
	if s.Whole() {
		return ""
	}
	return s.Shard.String()
}

func (s *shard) Set(text string) error {
	i, n, found := strings.Cut(text, "/")
	var err1, err2 error
	s.I, err1 = strconv.Atoi(i)
	s.N, err2 = strconv.Atoi(n)
	if !found || err1 != nil || err2 != nil || s.N < 1 || s.I < 0 || s.I >= s.N {
		return errors.New("want I/N with I from 0 to N-1, such as 0/3, 1/3 and 2/3")
	}
	return nil
}

func (o *options) define() *flag.FlagSet {
	fs := flag.NewFlagSet("train", flag.ContinueOnError)
	fs.StringVar(&o.model, "model", "tiny", "`FILE` of a CLIP (OpenAI, OpenCLIP, Hugging Face; .pt, .bin, .safetensors), or tiny for the embedded one")
	fs.StringVar(&o.vocab, "vocab", "", "`FILE` of the model's vocabulary, if it is not beside it or in the cache")
	fs.StringVar(&o.dataset, "dataset", "", "`LIST` of "+strings.Join(world.TaskNames(), ", ")+" (world: all of them; texshape@7 and world@7: in another world, number 7), "+strings.Join(coop.Names(), ", ")+" (all: those of the paper's eleven that are in -data), or folder (default texshape; folder with -data)")
	fs.StringVar(&o.data, "data", "", "`DIR` with one folder of images for each class, or an archive (.zip, .tar), a table (.parquet) or a list (.csv, .jsonl) of them; for a published dataset, the folder that holds its folder")
	fs.StringVar(&o.protocol, "protocol", "", "`NAME`: base2new (train on the base classes, test on base and new), fewshot (all classes, with 1,2,4,8,16 shots), xd (test on other datasets), dg (test on shifted variants) or all (all classes) (default base2new, all on your own images)")
	fs.StringVar(&o.targets, "targets", "", "`LIST` of datasets that xd or dg tests on (default all that are there)")
	fs.BoolVar(&o.curve, "curve", false, "test after every epoch as well, for the accuracy by epoch in metrics.csv")
	fs.StringVar(&o.methods, "method", "", "`LIST` of methods, or all: "+strings.Join(method.Names(method.GroupAll), ", ")+" (default "+strings.Join(rivalMethods, ",")+"; with -data "+strings.Join(usualMethods, ",")+")")
	fs.StringVar(&o.seeds, "seeds", "", "`LIST` of seeds (default 1,2,3; with -data 1)")
	fs.StringVar(&o.shots, "shots", "", "`LIST` of numbers of training images of each class (default 16)")
	fs.IntVar(&o.settings.Epochs, "epochs", 0, "passes over the training images (default by method and model)")
	fs.Float64Var(&o.settings.LR, "lr", 0, "learning rate (default by method and model)")
	fs.IntVar(&o.settings.Batch, "batch", 0, "images a step (default by method and model)")
	fs.StringVar(&o.templates, "templates", "", "`LIST` of numbers of prompt templates of CDC and the ensemble (default 4)")
	fs.IntVar(&o.settings.Tokens, "tokens", 0, "learned tokens of each tower that has some (default by method and model)")
	fs.IntVar(&o.settings.Depth, "depth", 0, "blocks with learned tokens, at most those of the model (default by method and model)")
	fs.StringVar(&o.settings.Words, "words", "", "`WORDS` that CoOp's and CoCoOp's contexts begin as (default by method and model; -tokens begins at random)")
	fs.StringVar(&o.settings.Position, "position", "", "where CoOp puts the class name: `end`, middle or front (default end)")
	fs.IntVar(&o.settings.Draws, "draws", 0, "let methods with a frozen image tower see each image in `N` random crops only, epoch e in crop e mod N, and encode each once: an approximation to the published schedules (default a new crop every epoch; of heads by method)")
	fs.StringVar(&o.load, "load", "", "`FILE` model.pth.tar-N of CoOp, CoCoOp, MaPLe, IVLP or VPT: test it instead of training")
	fs.BoolVar(&o.study, "study", false, "measure more: what causes the answers (on the world), how far they can be trusted, what the templates learned")
	fs.BoolVar(&o.export, "export", false, "also write what was learned as PyTorch files, in the originals' names")
	fs.BoolVar(&o.verify, "check", false, "compare the published datasets in -data (-dataset all, or a list) with what was published, and train nothing")
	fs.StringVar(&o.compare, "compare", "", "`METHODS` such as cdc,ensemble: compare the first with each other one over the run folders named behind it, and train nothing")
	fs.StringVar(&o.figures, "figures", "", "make the tables and figures of the run folder `RUN` again from its results, and train nothing")
	fs.BoolVar(&o.page.NoImages, "no-images", false, "leave pictures of test images out of the page of the run")
	fs.BoolVar(&o.quick, "quick", false, "with -check: look at the header and the end of each image instead of decoding it; finds what is missing or cut off, not what is damaged inside")
	fs.BoolVar(&o.strict, "strict", false, "end with an error at the first image that cannot be read, instead of leaving it out; all test images are looked at before training")
	fs.StringVar(&o.cache, "cache", os.Getenv(cli.CacheVariable), "keep features of images by the frozen tower, and decoded test images, in `DIR`, for runs that follow; the results are the same (default $"+cli.CacheVariable+")")
	fs.Var(&o.exif, "exif", "turn photographs as their EXIF orientation asks (default for one's own; -exif=false takes the stored pixels, as CLIP's evaluation of published datasets does)")
	fs.BoolVar(&o.plan, "plan", false, "print what the run would take on this machine, in time and memory, and train nothing")
	fs.StringVar(&o.recompute, "recompute", plan.Auto, "`auto`, on or off: compute blocks again in the backward to save memory; auto does so where a step would not fit, and then takes classes in chunks if need be")
	fs.StringVar(&o.recompute, "checkpoint-blocks", plan.Auto, "the former name of -recompute")
	fs.Var(&o.memory, "memory", "use at most `SIZE` of memory, such as 4GiB (default what is available)")
	fs.IntVar(&o.threads, "threads", 0, "threads to use (default all cores)")
	fs.Var(&o.risk, "risk", "afterwards set thresholds on images that were not trained on, so that at most this `SHARE` of the answers that are given is wrong, such as 5%; see calibrate")
	fs.StringVar(&o.out, "out", "", "run folder (default runs/NAME-TIME, the NAME of the dataset or -data)")
	fs.Var(&o.shard, "shard", "`I/N`: compute the I-th of N parts of the run, counted from 0, in a folder of its own below -out; the same command again goes on with it")
	fs.StringVar(&o.merge, "merge", "", "put the shards in `RUN`, or in the folders named behind it, together in RUN (or -out)")
	fs.StringVar(&o.device, "device", "cpu", cli.DeviceFlag)
	fs.Var(&o.resume, "resume", "go on with the run in `DIR`, in -out, or the newest one in runs")
	return fs
}

// shaping reports whether a flag has a part in the result of a run.
func shaping(name string) bool {
	return !slices.Contains([]string{"threads", "out", "resume", "export", "check", "quick", "strict", "cache", "compare", "figures", "no-images",
		"plan", "risk", "recompute", "checkpoint-blocks", "memory", "shard", "merge"}, name)
}

// parse reads the command line. For a resumed run the flags come from its
// folder; one that is given as well must agree.
func parse(args []string) (*options, error) {
	o := &options{}
	fs := o.define()
	if err := cli.Parse(fs, args, help, groups...); err != nil {
		return nil, err
	}
	if o.resume.on && o.resume.dir == "" && fs.NArg() > 0 {
		// "-resume DIR -shots 4": the folder, and perhaps flags behind it
		o.resume.dir = fs.Arg(0)
		if err := cli.Parse(fs, fs.Args()[1:], help, groups...); err != nil {
			return nil, err
		}
	}
	if o.compare != "" {
		o.runs = fs.Args()
		return o, nil
	}
	if o.merge != "" {
		return o, o.parseMerge(fs)
	}
	if fs.NArg() > 0 {
		return nil, cli.Usagef("unexpected argument %q; a folder of images goes with -data", fs.Arg(0))
	}
	if o.methods == "" && !o.resume.on {
		o.methods = o.defaultMethods()
	}
	given := map[string]string{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = f.Value.String() })
	if o.resume.on {
		if err := o.findRun(); err != nil {
			return nil, err
		}
		if err := o.adopt(fs, given); err != nil {
			return nil, err
		}
	} else if err := o.check(given); err != nil {
		return nil, err
	}
	if !o.shard.Whole() && o.out == "" {
		return nil, cli.Usagef("-shard %v needs -out RUN, the folder that all shards lie below", &o.shard)
	}
	o.flags = map[string]string{}
	fs.VisitAll(func(f *flag.Flag) {
		if shaping(f.Name) && (f.Name != "device" || o.device != "cpu") {
			o.flags[f.Name] = f.Value.String()
		}
	})
	return o, nil
}

// check refuses unknown methods, and numbers that were given explicitly and make
// no sense; 0 only stands for the default where nothing was given.
func (o *options) check(given map[string]string) error {
	if _, err := method.Split(o.methods); err != nil {
		return cli.Usage{Err: err}
	}
	if err := checkRecompute(o.recompute); err != nil {
		return err
	}
	if o.settings.Draws < 0 {
		return cli.Usagef("-draws %d: must be at least 1, or 0 for a new crop every epoch", o.settings.Draws)
	}
	if o.quick && !o.verify {
		return cli.Usagef("-quick goes with -check")
	}
	for _, name := range []string{"shots", "templates"} {
		if _, err := numbers(name, given[name]); err != nil {
			return err
		}
	}
	for name, low := range map[string]float64{"epochs": 1, "batch": 1, "tokens": 1, "depth": 1, "lr": 0} {
		text, ok := given[name]
		if !ok {
			continue
		}
		if v, err := strconv.ParseFloat(text, 64); err != nil || v < low || v == 0 {
			return cli.Usagef("-%s %s: must be %s", name, text, map[bool]string{true: "a positive number", false: "at least 1"}[name == "lr"])
		}
	}
	return nil
}

// findRun resolves which folder -resume means.
func (o *options) findRun() error {
	if o.resume.dir == "" {
		o.resume.dir = o.out
	}
	if o.resume.dir == "" {
		found, err := filepath.Glob(filepath.Join("runs", "*", rundir.ConfigFile))
		newest := time.Time{}
		for _, path := range found {
			if info, err := os.Stat(path); err == nil && info.ModTime().After(newest) {
				newest, o.resume.dir = info.ModTime(), filepath.Dir(path)
			}
		}
		if err != nil || o.resume.dir == "" {
			return cli.Usagef("-resume: there is no run in runs; name its folder")
		}
	}
	if o.out != "" && filepath.Clean(o.out) != filepath.Clean(o.resume.dir) {
		return cli.Usagef("-resume %s and -out %s name different folders", o.resume.dir, o.out)
	}
	o.out = o.resume.dir
	return nil
}

// adopt takes the flags of the run that is resumed.
func (o *options) adopt(fs *flag.FlagSet, given map[string]string) error {
	c, err := rundir.ReadConfig(o.path())
	if err != nil {
		return err
	}
	if len(c.Flags) == 0 {
		return fmt.Errorf("the run in %s was begun by a program, which alone can go on with it (TrainOptions.Resume)", o.out)
	}
	if err := o.agreeExif(c); err != nil {
		return err
	}
	o.exif = "" // which agrees; the run's command stays what it was
	for _, name := range slices.Sorted(maps.Keys(c.Flags)) {
		value := c.Flags[name]
		if fs.Lookup(name) != nil && !shaping(name) {
			// No run of this program has one: what a folder brings along must not
			// choose where, and what, this process writes.
			fmt.Fprintf(stderr, "train: note: %s has the flag -%s, which does not shape a run and is ignored\n", filepath.Join(o.out, rundir.ConfigFile), name)
			continue
		}
		if g, ok := given[name]; ok && g != value && name != "exif" {
			return cli.Usagef("-%s %s: the run in %s has %.200s; start a new one with another -out", name, g, o.out, value)
		}
		if err := fs.Set(name, value); err != nil {
			return fmt.Errorf("%s: flag -%.40s %.60q: %w", filepath.Join(o.out, rundir.ConfigFile), name, value, err)
		}
	}
	return nil
}
