package clip

import (
	"strings"

	"frontdoor/internal/cache"
	"frontdoor/internal/setting"
	"frontdoor/textenc/bpe"
	"frontdoor/weights"
)

// tokenizerOf returns the tokenizer of a file's model: of the path that is
// given, or of the merges in the metadata, or of a vocabulary beside the
// weights or in a folder of downloads.
func tokenizerOf(f *weights.File, dir, path string) (*bpe.Tokenizer, error) {
	if path != "" {
		return bpe.Load(path)
	}
	if text, ok := f.Metadata()[metaMerges]; ok {
		// Unlike strings.Split, no text gives no merges.
		return bpe.New(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }))
	}
	dirs := append([]string{dir}, cache.Dirs()...)
	found, ok := bpe.FindVocabulary(dirs...)
	if !ok {
		return nil, setting.Errorf("no vocabulary: put CLIP's bpe_simple_vocab_16e6.txt.gz into %s or name it by {vocab}; "+
			"\"fetch vocab\" downloads it. Looked for %s in %s",
			dir, strings.Join(bpe.VocabularyNames, ", "), strings.Join(dirs, ", "))
	}
	return bpe.Load(found)
}
