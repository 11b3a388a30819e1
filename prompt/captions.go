package prompt

import (
	"errors"
	"fmt"
	"strings"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/textenc"
)

// Fill puts a class name into a caption template at "{}". Underscores in the
// name read as spaces.
func Fill(template, name string) string {
	return strings.Replace(template, "{}", strings.ReplaceAll(name, "_", " "), 1)
}

// CaptionFeatures returns the unit text features [N, E] of a caption template
// filled with each class name.
func CaptionFeatures(m *clip.Model, template string, names []string) (*autograd.Tensor, error) {
	if err := choosable(m, names); err != nil {
		return nil, err
	}
	return m.TextFeatures(nil, captions(template, names))
}

// RawCaptionFeatures is CaptionFeatures before normalisation.
func RawCaptionFeatures(m *clip.Model, template string, names []string) (*autograd.Tensor, error) {
	if err := choosable(m, names); err != nil {
		return nil, err
	}
	return m.RawTextFeatures(nil, captions(template, names))
}

// choosable returns an error if there are no classes to choose among, or no model:
// the zero value of a learner has none.
func choosable(m *clip.Model, names []string) error {
	switch {
	case m == nil:
		return errors.New("prompt: there is no model; a learner is made by the function that returns its type")
	case len(names) == 0:
		return errors.New("prompt: there are no classes to choose among")
	}
	return nil
}

// mustChoose panics unless SetClasses was called.
func mustChoose(called bool) {
	if !called {
		panic("prompt: call SetClasses first: there are no classes to choose among")
	}
}

// captions fills a template with each name.
func captions(template string, names []string) []string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = Fill(template, name)
	}
	return texts
}

// learnedPrompts returns one prompt a class for a phrase such as "a photo of
// a": SOT, the words of "<phrase> <name>.", EOT, where the first n words are
// replaced by learned tokens first..first+n-1. The words of the phrase behind
// them stay; the original code does the same.
func learnedPrompts(m *clip.Model, phrase string, names []string, first, n int) ([][]int, error) {
	if err := choosable(m, names); err != nil {
		return nil, err
	}
	prompts := make([][]int, len(names))
	for k, name := range names {
		ids, err := m.Tokenizer.Tokenize(Fill(phrase+" {}.", name), m.Config.Text.Context, false)
		if err != nil {
			return nil, fmt.Errorf("prompt: class %q: %w", name, err)
		}
		for j := range n {
			ids[1+j] = textenc.Learned(first + j)
		}
		prompts[k] = ids
	}
	return prompts, nil
}
