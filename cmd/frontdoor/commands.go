package main

import (
	"frontdoor/internal/cli"
	"frontdoor/internal/command/bench"
	"frontdoor/internal/command/cache"
	"frontdoor/internal/command/calibrate"
	"frontdoor/internal/command/check"
	"frontdoor/internal/command/export"
	"frontdoor/internal/command/fetch"
	"frontdoor/internal/command/predict"
	"frontdoor/internal/command/pretrain"
	"frontdoor/internal/command/runs"
	"frontdoor/internal/command/serve"
	"frontdoor/internal/command/sort"
	"frontdoor/internal/command/train"
	"frontdoor/internal/command/version"
)

// Groups of commands.
const (
	classify = "Learn and classify"
	before   = "Before that"
	after    = "Afterwards"
	more     = "The program and its machine"
)

// program has all commands, those of a group beside each other.
var program = cli.Program{
	About: "CLIP for your own classes, from a few pictures of each",
	Commands: []cli.Command{
		{Name: "train", Group: classify, About: "learn classes from a few pictures of each, and test it", Run: train.Run},
		{Name: "calibrate", Group: classify, About: "promise a risk of wrong answers, and tell strangers", Run: calibrate.Run},
		{Name: "predict", Group: classify, About: "classify pictures with a run of train, or by words alone", Run: predict.Run},
		{Name: "sort", Group: classify, About: "put photographs into folders by their class", Run: sort.Run},
		{Name: "serve", Group: classify, About: "answer HTTP requests with what was learned", Run: serve.Run},

		{Name: "check", Group: before, About: "look a folder of pictures over", Run: check.Run},
		{Name: "fetch", Group: before, About: "download published models, vocabularies and data sets", Run: fetch.Run},
		{Name: "pretrain", Group: before, About: "train the embedded tiny CLIP from scratch", Run: pretrain.Run},

		{Name: "runs", Group: after, About: "merge and compare runs, make their tables and figures again", Run: runs.Run},
		{Name: "cache", Group: after, About: "list, verify or clear the features of pictures that train keeps", Run: cache.Run},
		{Name: "export", Group: after, About: "write what a run has learned as PyTorch files", Run: export.Run},

		{Name: "bench", Group: more, About: "measure this machine, beside PyTorch and others", Run: bench.Run},
		{Name: "version", Group: more, About: "say what this program is and what it runs on", Run: version.Run},
	},
	Examples: []string{
		"train                                the built-in example, a minute or two",
		"train -data photos -out runs/photos  your own pictures, a folder a class",
		"predict -run runs/photos new.jpg     classify with what was learned",
	},
}
