package main

import (
	"fmt"
	"os"
	"strings"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/internal/cli"
	"frontdoor/prompt"
)

// load reads the model that the flags name, the embedded one without a name.
func (o *options) load() (*clip.Model, error) {
	m, err := clip.Load(o.model, clip.Options{Vocabulary: o.vocabulary, Activation: o.activation, ImageOnly: o.embed})
	if err != nil {
		return nil, err
	}
	showNotes(m)
	o.place(m)
	return m, nil
}

// showNotes prints what was assumed about a model.
func showNotes(m *clip.Model) {
	for _, note := range m.Notes {
		fmt.Fprintf(os.Stderr, "predict: note: %s\n", note)
	}
}

// zeroShot returns the classifier by captions.
func (o *options) zeroShot() (*clip.Model, prompt.Learner, []string, error) {
	names, err := entries("labels", o.labels, ",")
	if err != nil {
		return nil, nil, nil, err
	}
	m, err := o.load()
	if err != nil {
		return nil, nil, nil, err
	}
	templates := o.templates
	if len(templates) == 0 {
		templates = []string{data.DefaultTemplate}
	}
	l := prompt.NewZeroShotEnsemble(m, "zero-shot", templates)
	return m, l, names, l.SetClasses(names)
}

// entries reads the value of a flag that is a list, or after @ a file of lines.
func entries(name, list, separator string) ([]string, error) {
	if file, ok := strings.CutPrefix(list, "@"); ok {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, cli.Usage{Err: fmt.Errorf("-%s: %w", name, err)}
		}
		list, separator = string(text), "\n"
	}
	var out []string
	for entry := range strings.SplitSeq(list, separator) {
		if entry = strings.TrimSpace(entry); entry != "" {
			out = append(out, entry)
		}
	}
	if len(out) == 0 {
		return nil, cli.Usagef("-%s: there is nothing in it", name)
	}
	return out, nil
}
