package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"frontdoor/clip"
	"frontdoor/internal/cli"
	"frontdoor/prompt"
)

// defaultTemplate is CLIP's own.
const defaultTemplate = "a photo of a {}."

// load reads the model that the flags name, the embedded one without a name.
func (o *options) load() (*clip.Model, error) {
	return clip.LoadWith(o.model, clip.Options{Vocabulary: o.vocabulary, Activation: o.activation})
}

// zeroShot returns the classifier by captions.
func (o *options) zeroShot() (*clip.Model, prompt.Learner, []string, error) {
	names, err := labels(o.labels)
	if err != nil {
		return nil, nil, nil, err
	}
	m, err := o.load()
	if err != nil {
		return nil, nil, nil, err
	}
	templates := o.templates
	if len(templates) == 0 {
		templates = []string{defaultTemplate}
	}
	l := prompt.NewZeroShotEnsemble(m, "zero-shot", templates)
	return m, l, names, l.SetClasses(names)
}

// labels reads the names of classes: a list, or a file of lines.
func labels(list string) ([]string, error) {
	separator := ","
	if file, ok := strings.CutPrefix(list, "@"); ok {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, cli.Usage{Err: fmt.Errorf("-labels: %w", err)}
		}
		list, separator = string(text), "\n"
	}
	var names []string
	for name := range strings.SplitSeq(list, separator) {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, cli.Usage{Err: errors.New("-labels: there are no names in it")}
	}
	return names, nil
}
