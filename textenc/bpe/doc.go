// Package bpe is CLIP's tokenizer: it cleans a text, splits it into words and
// spells each word by byte-pair encoding (Sennrich et al. 2016).
//
//	tok, err := bpe.Load("bpe_simple_vocab_16e6.txt.gz")
//	row, err := tok.Tokenize("a photo of a cat.", 77, false)   // [SOT] ... [EOT]
//
// A [Tokenizer] is made of a table of merges ([New]), read from a published
// vocabulary ([Load]), or made from a table learned from texts ([LearnMerges]).
// clean.go follows what CLIP does to a text before it is split, split.go its
// pattern of words, vocabulary.go the merges.
//
// Source: Radford et al. 2021, clip/simple_tokenizer.py.
package bpe
