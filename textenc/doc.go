// Package textenc is CLIP's text tower, a causal transformer that turns prompts
// into features [N, E]. The tokenizer that makes prompts of texts is package
// textenc/bpe.
//
//	x       = embedding(tokens) + positions
//	x       = transformer(x), causal
//	feature = LNFinal(x[end of text]) · Projection
//
// A prompt is a list of token ids. Negative ids stand for learned tokens
// ([Learned]), so that "[SOT] v1 v2 of a golden retriever . [EOT]" with two
// learned vectors is one list like any other. [NewBatch] lays a set of prompts out
// as packed rows and finds on its own what can be saved exactly:
//
//   - nothing after the end of text is computed: the mask is causal and only
//     the end-of-text row is read;
//   - what all prompts of a group have in common at the start is computed once
//     and attended to by all of them, for the same reason;
//   - the last block is computed for the end-of-text rows alone.
//
// Source: Radford et al. 2021 (CLIP).
package textenc
