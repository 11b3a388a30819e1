package clip

import (
	"fmt"
	"strings"

	"frontdoor/internal/cache"
	"frontdoor/textenc"
	"frontdoor/weights"
)

// tokenizerOf returns the tokenizer of a file's model: of the path that is
// given, or of the merges in the metadata, or of a vocabulary beside the
// weights or in a folder of downloads.
func tokenizerOf(f *weights.File, dir, path string) (*textenc.Tokenizer, error) {
	if path != "" {
		return textenc.LoadTokenizer(path)
	}
	if text, ok := f.Metadata()[metaMerges]; ok {
		// Unlike strings.Split, no text gives no merges.
		return textenc.NewTokenizer(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }))
	}
	dirs := append([]string{dir}, cache.Dirs()...)
	found, ok := textenc.FindVocabulary(dirs...)
	if !ok {
		return nil, fmt.Errorf("no vocabulary: put CLIP's bpe_simple_vocab_16e6.txt.gz into %s or name it with -vocab; "+
			"\"fetch vocab\" downloads it. Looked for %s in %s",
			dir, strings.Join(textenc.VocabularyNames, ", "), strings.Join(dirs, ", "))
	}
	return textenc.LoadTokenizer(found)
}
