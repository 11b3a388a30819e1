package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval"
	"frontdoor/internal/cli"
	"frontdoor/simd"
)

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
		if own || o.load != "" {
			seeds = "1"
		}
	}
	methods, err := eval.SplitMethods(o.methods)
	if err != nil {
		return nil, cli.Usage{Err: err}
	}
	c := &eval.Config{
		Version: eval.Version, Model: o.model, Vocabulary: o.vocab, Fingerprint: m.Fingerprint(), Backbone: eval.Backbone(m.Config),
		Dataset: o.dataset, Data: o.data, Protocol: protocol, Methods: methods, Shots: o.shots,
		Study: o.study, Settings: map[string]eval.Settings{}, Classes: ds.Classes, Template: ds.Template, Splits: map[string]string{o.dataset: ds.Fingerprint(o.data)},
		Command: "go run ./cmd/train", Flags: o.flags, Kernel: simd.Kernel(),
	}
	for _, name := range []string{"model", "vocab", "dataset", "data", "protocol", "method", "seeds", "shots", "epochs", "lr", "batch", "templates", "tokens", "depth", "words", "position", "draws", "load", "study"} {
		switch v := o.flags[name]; v {
		case "", "0", "false":
		case "true":
			c.Command += " -" + name
		default:
			c.Command += " -" + name + " " + quoted(v)
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
		c.Settings[method] = eval.RecipeFor(m, method, protocol, o.shots, o.settings)
	}
	if c.Load = o.load; c.Load != "" {
		_, method, set, err := eval.OpenOriginal(m, c.Load)
		if err != nil {
			return nil, err
		}
		c.Methods, c.Settings = []string{method}, map[string]eval.Settings{method: set}
	}
	if err := c.Check(); err != nil {
		return nil, cli.Usage{Err: err}
	}
	if err := eval.CheckClasses(m, ds); err != nil {
		return nil, err
	}
	for _, method := range c.Methods {
		if len(ds.Train) == 0 && !eval.Untrained(method) && c.Load == "" {
			return nil, cli.Usagef("-dataset %s has test images only; %s learns from training images: use -method zeroshot", o.dataset, method)
		}
	}
	for _, method := range c.Methods { // before a run folder is made
		if _, err := eval.NewLearner(m, method, ds.Template, c.Settings[method], 0); err != nil {
			return nil, cli.Usage{Err: err}
		}
	}
	return c, nil
}

// quoted puts a value with spaces into quotes.
func quoted(v string) string {
	if strings.Contains(v, " ") {
		return strconv.Quote(v)
	}
	return v
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
		if err := old.SameSplits(c.Splits, o.out); err != nil {
			return nil, err
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
