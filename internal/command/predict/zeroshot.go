package predict

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"frontdoor"
	"frontdoor/internal/cli"
	"frontdoor/internal/textfile"
)

// load reads the model that the flags name, the embedded one without a name, for
// classes that may be none.
func (o *options) load(ctx context.Context, classes []string, opts ...frontdoor.Option) (*frontdoor.Classifier, error) {
	opts = append(opts, frontdoor.WithVocabulary(o.vocabulary), frontdoor.WithActivation(o.activation), frontdoor.WithDevice(o.device))
	return opened(frontdoor.Load(ctx, o.model, classes, opts...))
}

// zeroShot returns the classifier by captions.
func (o *options) zeroShot(ctx context.Context) (*frontdoor.Classifier, error) {
	names, err := entries("labels", o.labels, ",")
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		// CLIP reads capitals as small letters.
		if slices.ContainsFunc(names[:i], func(other string) bool { return strings.EqualFold(name, other) }) {
			return nil, cli.Usagef("-labels names %q twice", name)
		}
	}
	if len(names) == 1 {
		return nil, cli.Usagef("-labels names one class, %q: every image would be it; name what else there may be", names[0])
	}
	return o.load(ctx, names, frontdoor.WithCaptions(o.templates...))
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
			fmt.Fprintf(stderr, "predict: note: -%s: the invisible %s was removed from entry %d, %q\n", name, strings.Join(removed, ", "), i+1, clean)
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
