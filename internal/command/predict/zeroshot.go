package predict

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/internal/cli"
	"frontdoor/internal/textfile"
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
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return nil, nil, nil, cli.Usagef("-labels names %q twice", name)
		}
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
// Characters that cannot be seen are removed, which a note on standard error
// says.
func entries(name, list, separator string) ([]string, error) {
	parts := strings.Split(list, separator)
	if file, ok := strings.CutPrefix(list, "@"); ok {
		text, err := textfile.Read(file)
		if err != nil {
			return nil, cli.Usage{Err: fmt.Errorf("-%s: %w", name, err)}
		}
		parts = textfile.Lines(text)
	} else if !utf8.ValidString(list) {
		return nil, cli.Usagef("-%s %q: this is not UTF-8", name, list)
	}
	var out []string
	for i, entry := range parts {
		clean, removed := textfile.Clean(entry)
		if len(removed) > 0 {
			fmt.Fprintf(os.Stderr, "predict: note: -%s: the invisible %s was removed from entry %d, %q\n", name, strings.Join(removed, ", "), i+1, clean)
		}
		if clean != "" {
			out = append(out, clean)
		}
	}
	if len(out) == 0 {
		return nil, cli.Usagef("-%s: there is nothing in it", name)
	}
	return out, nil
}
