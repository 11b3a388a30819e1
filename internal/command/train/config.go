package train

import (
	"context"
	"strconv"
	"strings"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
	"frontdoor/method"
	"frontdoor/simd"
)

// repeating are the flags that a command which repeats a run has.
var repeating = []string{"model", "vocab", "dataset", "data", "protocol", "targets", "method", "seeds", "shots", "epochs", "lr", "batch",
	"templates", "tokens", "depth", "words", "position", "draws", "load", "study", "curve", "exif"}

// config completes the configuration with the defaults of datasets and model.
// It opens every dataset, so that what is missing is found before anything is
// trained, and returns the first one.
func (o *options) config(ctx context.Context, m *clip.Model, report **data.Report) (*rundir.Config, *data.Dataset, error) {
	c, names, err := o.fromFlags(m)
	if err != nil {
		return nil, nil, err
	}
	if err := o.orient(c, names); err != nil {
		return nil, nil, err
	}
	c.EveryImage = names[0] == data.FolderName
	if begun := o.begun(); begun != nil {
		c.EveryImage = begun.EveryImage // as the run was begun
	}
	var first *data.Dataset
	c.Splits = map[string]string{}
	for _, name := range names {
		ds, err := o.open(ctx, name, m, report)
		if err != nil {
			return nil, nil, err
		}
		if err := o.suits(c, m, ds); err != nil {
			return nil, nil, err
		}
		c.Datasets = append(c.Datasets, rundir.Set{Name: name, Classes: ds.Classes, Template: ds.Template})
		c.Splits[name] = ds.Fingerprint(o.data)
		if first == nil {
			first = ds
		}
	}
	if c.Targets, err = o.transferTargets(c.Protocol, names); err != nil {
		return nil, nil, err
	}
	if kind, _ := data.KindOf(names[0]); kind == data.Published {
		for _, name := range c.Targets {
			ds, err := o.open(ctx, name, m, report)
			if err != nil {
				return nil, nil, err
			}
			if err := protocol.CheckClasses(m, ds); err != nil {
				return nil, nil, err
			}
			c.Splits[name] = ds.Fingerprint(o.data)
		}
	}
	if err := o.resolve(c, m); err != nil {
		return nil, nil, err
	}
	o.record(c, names)
	return c, first, nil
}

// fromFlags is the configuration as far as the flags tell it, with the names of
// its datasets.
func (o *options) fromFlags(m *clip.Model) (*rundir.Config, []string, error) {
	own := o.dataset == "folder" || o.dataset == "" && o.data != "" && o.protocol != "xd" && o.protocol != "dg"
	c := &rundir.Config{
		Version: rundir.Version, Model: o.model, Vocabulary: o.vocab, Fingerprint: m.Fingerprint(), Backbone: m.Config.Backbone(),
		Data: o.data, Protocol: o.protocol, Study: o.study, Curve: o.curve, Load: o.load, Kernel: o.kernel(),
	}
	if o.gpu != nil {
		c.Device = o.gpu.String()
	}
	if c.Protocol == "" {
		c.Protocol = "base2new"
		if own {
			c.Protocol = "all"
		}
	}
	if err := protocol.CheckProtocol(c.Protocol); err != nil {
		return nil, nil, cli.Usage{Err: err}
	}
	var err error
	if c.Methods, err = method.Split(o.methods); err != nil {
		return nil, nil, cli.Usage{Err: err}
	}
	if c.Seeds, err = o.seedList(own); err != nil {
		return nil, nil, err
	}
	switch {
	case o.shots == "" && c.Protocol == "fewshot":
		o.shots = "1,2,4,8,16"
	case o.shots == "":
		o.shots = "16"
	}
	if c.ShotsList, err = numbers("shots", o.shots); err != nil {
		return nil, nil, err
	}
	names, err := o.datasets()
	return c, names, err
}

// kernel names the arithmetic as far as it rounds differently.
func (o *options) kernel() string {
	if o.gpu != nil {
		return o.gpu.Arithmetic()
	}
	return simd.Rounding()
}

// seedList reads -seeds.
func (o *options) seedList(own bool) ([]uint64, error) {
	list := o.seeds
	if list == "" {
		list = "1,2,3"
		if own || o.load != "" {
			list = "1"
		}
	}
	var seeds []uint64
	for _, text := range split(list) {
		seed, err := strconv.ParseInt(text, 10, 63)
		if err != nil || seed < 0 {
			return nil, cli.Usagef("-seeds: %q is not a whole number of 0 or more", text)
		}
		seeds = append(seeds, uint64(seed))
	}
	return seeds, nil
}

// suits returns an error if the methods cannot be trained on a dataset.
func (o *options) suits(c *rundir.Config, m *clip.Model, ds *data.Dataset) error {
	if err := protocol.CheckClasses(m, ds); err != nil {
		return err
	}
	if c.Protocol == "base2new" {
		for _, half := range []data.Half{data.Base, data.New} {
			if part := data.Subset(ds, half); len(part.Test) == 0 {
				return cli.Usagef("-protocol base2new: the %s classes (%s) have no test images: add some, or use -protocol all", half, strings.Join(part.Classes, ", "))
			}
		}
	}
	for _, name := range c.Methods {
		if len(ds.Train) == 0 && method.Find(name).Trained() && c.Load == "" {
			return cli.Usagef("-dataset %s has test images only; %s learns from training images: use -method zeroshot", ds.Name, name)
		}
	}
	return nil
}

// resolve gives every cell its settings, and checks all before a run folder is
// made.
func (o *options) resolve(c *rundir.Config, m *clip.Model) error {
	templates, err := o.templateList()
	if err != nil {
		return err
	}
	if c.Load != "" {
		_, found, set, err := method.OpenOriginal(m, c.Load)
		if err != nil {
			return err
		}
		c.Methods, c.Settings = []string{found.Name}, map[string]method.Settings{found.Name: set}
	} else {
		c.Resolve(m, o.settings, templates)
	}
	c.Shots = c.ShotsList[0]
	if len(c.ShotsList) == 1 {
		c.ShotsList = nil
	}
	first := c.Datasets[0]
	if len(c.Datasets) == 1 {
		c.Dataset, c.Classes, c.Template, c.Datasets = first.Name, first.Classes, first.Template, nil
	}
	if err := protocol.Check(c); err != nil {
		return cli.Usage{Err: err}
	}
	for _, cell := range c.Cells() {
		if cell.Seed != c.Seeds[0] || cell.Dataset != first.Name || cell.Shots != c.Shots {
			continue // these do not decide whether there is such a learner
		}
		if _, err := cell.How().New(m, first.Template, c.For(cell), 0); err != nil {
			return cli.Usage{Err: err}
		}
	}
	return nil
}

// templateList reads -templates. A run that was begun by an earlier version has
// 0 where nothing was said.
func (o *options) templateList() ([]int, error) {
	if o.templates == "0" {
		return nil, nil
	}
	return numbers("templates", o.templates)
}

// record notes the flags as they were understood, so that the run can be
// resumed and repeated even where other files are there by then.
func (o *options) record(c *rundir.Config, names []string) {
	o.flags["shots"] = o.shots
	if o.flags["dataset"] != "" {
		o.flags["dataset"] = strings.Join(names, ",")
	}
	o.flags["targets"] = strings.Join(c.Targets, ",")
	c.Flags, c.Command = o.flags, cli.Call("train")
	for _, name := range repeating {
		switch v := o.flags[name]; v {
		case "false":
			if name == "exif" { // which is not the default everywhere
				c.Command += " -exif=false"
			}
		case "", "0":
		case "true":
			c.Command += " -" + name
		default:
			c.Command += " -" + name + " " + cli.Quote(v)
		}
	}
}
