package serve

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"

	"frontdoor"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
	"frontdoor/internal/term"
	"frontdoor/serve"
)

// config is what the flags ask for. Logs go to errs.
func (o *options) config(errs io.Writer) (serve.Config, error) {
	logger := o.logger(errs)
	c := serve.Config{Hosts: o.hosts, Doors: o.doors, Upstream: o.upstream, Limits: o.limits, Log: logger}
	var err error
	if c.Token, err = o.token(); err != nil {
		return c, err
	}
	for _, from := range o.sources {
		name, path := splitName(from.text, !from.isRun)
		logger := logger.With("model", name)
		if from.isRun {
			c.Models = append(c.Models, o.run(name, path, logger))
		} else {
			c.Models = append(c.Models, o.model(name, path, logger))
		}
	}
	return c, checkNames(c.Models)
}

// run is the model of a run.
func (o *options) run(name, dir string, logger *slog.Logger) serve.Model {
	return serve.Model{
		Name:  name,
		Files: append(filesOf(dir), o.runModel, o.vocabulary), // one that is not given stays absent
		Open: func(ctx context.Context) (*frontdoor.Classifier, error) {
			return opened(logger)(frontdoor.Open(ctx, dir, append(o.modelOptions(), frontdoor.WithModel(o.runModel))...))
		},
	}
}

// model is a CLIP, which may have classes by their names.
func (o *options) model(name, path string, logger *slog.Logger) serve.Model {
	return serve.Model{
		Name:  name,
		Files: append(o.labelFile(), path, o.vocabulary),
		Open: func(ctx context.Context) (*frontdoor.Classifier, error) {
			labels, err := o.classes(func(note string) { logger.Warn(note) })
			if err != nil {
				return nil, err
			}
			opts := append(o.modelOptions(), frontdoor.WithCaptions(o.templates...))
			return opened(logger)(frontdoor.Load(ctx, path, labels, opts...))
		},
	}
}

// filesOf are those files of a run that its answers depend on.
func filesOf(run string) (paths []string) {
	for _, name := range []string{rundir.ConfigFile, rundir.ResultsFile, rundir.CheckpointFile, rundir.PromiseFile} {
		paths = append(paths, filepath.Join(run, name))
	}
	return paths
}

// labelFile is the file of -labels, if it names one.
func (o *options) labelFile() []string {
	if file, ok := strings.CutPrefix(o.labels, "@"); ok {
		return []string{file}
	}
	return nil
}

// classes are those of -labels, whose file is read anew with each model.
func (o *options) classes(note func(string)) ([]string, error) {
	if o.labels == "" {
		return nil, nil
	}
	return cli.Labels(o.labels, note)
}

// modelOptions are those of runs and models alike.
func (o *options) modelOptions() []frontdoor.Option {
	return []frontdoor.Option{
		frontdoor.WithVocabulary(o.vocabulary), frontdoor.WithActivation(o.activation), frontdoor.WithDevice(o.device),
		frontdoor.WithBatch(o.batch), frontdoor.WithMaxPixels(o.megapixels * 1e6),
		frontdoor.WithCache(o.cache),
	}
}

// opened logs what was assumed about the model of a classifier, and turns the
// error of an option into one of usage.
func opened(logger *slog.Logger) func(*frontdoor.Classifier, error) (*frontdoor.Classifier, error) {
	return func(c *frontdoor.Classifier, err error) (*frontdoor.Classifier, error) {
		if errors.As(err, new(*frontdoor.OptionError)) {
			return nil, cli.Usage{Err: err}
		}
		if err != nil {
			return nil, err
		}
		for _, note := range c.Info().Notes {
			logger.Warn(note)
		}
		return c, nil
	}
}

// logger writes as -log says: without requests, what goes wrong is still worth a line.
func (o *options) logger(w io.Writer) *slog.Logger {
	switch o.log {
	case "json":
		return slog.New(slog.NewJSONHandler(term.SafeJSON(w), nil))
	case "off":
		return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}
