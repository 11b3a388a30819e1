package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/eval"
	"frontdoor/internal/cli"
	"frontdoor/simd"
)

// options are the flags.
type options struct {
	model, dataset, data, protocol string
	methods, seeds                 string
	shots                          int
	settings                       eval.Settings
	threads                        int
	out                            string
	resume                         resume

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

func (o *options) define() *flag.FlagSet {
	fs := flag.NewFlagSet("train", flag.ContinueOnError)
	fs.StringVar(&o.model, "model", "tiny", "`FILE` of a CLIP (safetensors), or tiny for the embedded one")
	fs.StringVar(&o.dataset, "dataset", "", "`NAME`: "+strings.Join(world.TaskNames(), ", ")+" of the synthetic world, or folder (default texshape; folder with -data)")
	fs.StringVar(&o.data, "data", "", "`DIR` with one folder of images for each class")
	fs.StringVar(&o.protocol, "protocol", "", "`NAME`: base2new or all classes (default base2new on the world, all on your own images)")
	fs.StringVar(&o.methods, "method", strings.Join(eval.Methods, ","), "`LIST` of methods")
	fs.StringVar(&o.seeds, "seeds", "", "`LIST` of seeds (default 1,2,3; with -data 1)")
	fs.IntVar(&o.shots, "shots", 16, "training images of each class")
	fs.IntVar(&o.settings.Epochs, "epochs", 0, "passes over the training images (default by method and model)")
	fs.Float64Var(&o.settings.LR, "lr", 0, "learning rate (default by method and model)")
	fs.IntVar(&o.settings.Batch, "batch", 0, "images a step (default by method and model)")
	fs.IntVar(&o.settings.Templates, "templates", 0, "prompt templates of CDC (default 4)")
	fs.IntVar(&o.threads, "threads", 0, "threads to use (default all cores)")
	fs.StringVar(&o.out, "out", "", "run folder (default runs/DATASET-TIME)")
	fs.Var(&o.resume, "resume", "go on with the run in `DIR`, in -out, or the newest one in runs")
	return fs
}

// shaping reports whether a flag has a part in the result of a run.
func shaping(name string) bool { return name != "threads" && name != "out" && name != "resume" }

// parse reads the command line. For a resumed run the flags come from its
// folder; one that is given as well must agree.
func parse(args []string) (*options, error) {
	o := &options{}
	fs := o.define()
	if err := cli.Parse(fs, args, help); err != nil {
		return nil, err
	}
	if o.resume.on && o.resume.dir == "" && fs.NArg() > 0 {
		// "-resume DIR -shots 4": the folder, and perhaps flags behind it
		o.resume.dir = fs.Arg(0)
		if err := cli.Parse(fs, fs.Args()[1:], help); err != nil {
			return nil, err
		}
	}
	if fs.NArg() > 0 {
		return nil, cli.Usagef("unexpected argument %q; a folder of images goes with -data", fs.Arg(0))
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
	o.flags = map[string]string{}
	fs.VisitAll(func(f *flag.Flag) {
		if shaping(f.Name) {
			o.flags[f.Name] = f.Value.String()
		}
	})
	return o, nil
}

// check refuses unknown methods, and numbers that were given explicitly and make
// no sense; 0 only stands for the default where nothing was given.
func (o *options) check(given map[string]string) error {
	if err := eval.CheckMethods(split(o.methods)); err != nil {
		return cli.Usage{Err: err}
	}
	for name, low := range map[string]float64{"shots": 1, "epochs": 1, "batch": 1, "templates": 1, "lr": 0} {
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

// findRun settles which folder -resume means.
func (o *options) findRun() error {
	if o.resume.dir == "" {
		o.resume.dir = o.out
	}
	if o.resume.dir == "" {
		found, err := filepath.Glob(filepath.Join("runs", "*", eval.ConfigFile))
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
	c, err := eval.ReadConfig(o.out)
	if err != nil {
		return err
	}
	for name, value := range c.Flags {
		if g, ok := given[name]; ok && g != value {
			return cli.Usagef("-%s %s: the run in %s has %s; start a new one with another -out", name, g, o.out, value)
		}
		if err := fs.Set(name, value); err != nil {
			return fmt.Errorf("%s: flag %s: %w", filepath.Join(o.out, eval.ConfigFile), name, err)
		}
	}
	return nil
}

// open makes the dataset.
func (o *options) open(ctx context.Context, m *clip.Model, report **data.Report) (*data.Dataset, error) {
	if o.dataset == "" {
		o.dataset = "texshape"
		if o.data != "" {
			o.dataset = "folder"
		}
	}
	if o.dataset == "folder" {
		if o.data == "" {
			return nil, cli.Usagef("-dataset folder needs -data DIR")
		}
		ds, r, err := data.Folder(ctx, o.data, data.FolderOptions{})
		if err == nil {
			*report = r
		}
		return ds, err
	}
	task, err := world.TaskByName(o.dataset)
	if err != nil {
		return nil, cli.Usagef("unknown -dataset %q: choose from %s, folder", o.dataset, strings.Join(world.TaskNames(), ", "))
	}
	if o.data != "" {
		return nil, cli.Usagef("-data goes with -dataset folder; %s is drawn, not read", o.dataset)
	}
	return data.World(task, data.WorldOptions{Size: m.Config.Vision.Image}), nil
}

// config completes the configuration with the defaults of dataset and model.
func (o *options) config(m *clip.Model, ds *data.Dataset) (*eval.Config, error) {
	own := o.dataset == "folder"
	protocol, seeds := o.protocol, o.seeds
	if protocol == "" {
		protocol = "base2new"
		if own {
			protocol = "all"
		}
	}
	if seeds == "" {
		seeds = "1,2,3"
		if own {
			seeds = "1"
		}
	}
	c := &eval.Config{
		Version: eval.Version, Model: o.model, Fingerprint: m.Fingerprint(),
		Dataset: o.dataset, Data: o.data, Protocol: protocol, Methods: split(o.methods), Shots: o.shots,
		Settings: map[string]eval.Settings{}, Classes: ds.Classes, Template: ds.Template,
		Command: "go run ./cmd/train", Flags: o.flags, Kernel: simd.Kernel(),
	}
	for _, name := range []string{"model", "dataset", "data", "protocol", "method", "seeds", "shots", "epochs", "lr", "batch", "templates"} {
		if v := o.flags[name]; v != "" && v != "0" {
			c.Command += " -" + name + " " + v
		}
	}
	for _, text := range split(seeds) {
		seed, err := strconv.ParseInt(text, 10, 63)
		if err != nil || seed < 0 {
			return nil, cli.Usagef("-seeds: %q is not a whole number of 0 or more", text)
		}
		c.Seeds = append(c.Seeds, uint64(seed))
	}
	for _, method := range c.Methods {
		c.Settings[method] = eval.Recipe(m, method, o.settings)
	}
	if err := c.Check(); err != nil {
		return nil, cli.Usage{Err: err}
	}
	return c, nil
}

func split(list string) []string {
	var parts []string
	for _, p := range strings.Split(list, ",") {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

// folder makes the run folder, or takes hold of the one to resume.
func (o *options) folder(c *eval.Config) (*eval.RunDir, error) {
	if o.resume.on {
		old, err := eval.ReadConfig(o.out)
		if err != nil {
			return nil, err
		}
		if old.Fingerprint != c.Fingerprint {
			return nil, fmt.Errorf("%s was begun with another model (fingerprint %s, this one is %s)", o.out, old.Fingerprint, c.Fingerprint)
		}
		return eval.OpenRun(o.out)
	}
	if o.out == "" {
		o.out = filepath.Join("runs", o.dataset+"-"+time.Now().Format("20060102-150405"))
	}
	dir, err := eval.CreateRun(o.out)
	if err != nil {
		return nil, err
	}
	return dir, dir.WriteJSON(eval.ConfigFile, c)
}
