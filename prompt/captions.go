package prompt

import (
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
	return m.TextFeatures(nil, captions(template, names))
}

// RawCaptionFeatures is CaptionFeatures before normalisation.
func RawCaptionFeatures(m *clip.Model, template string, names []string) (*autograd.Tensor, error) {
	return m.RawTextFeatures(nil, captions(template, names))
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
