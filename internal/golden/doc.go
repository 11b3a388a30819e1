// Package golden holds numbers that the reference implementations of CLIP,
// CoOp, CoCoOp, MaPLe and IVLP gave for one tiny model, and makes that model's
// weights. Only tests use it.
//
// The weights are not stored: each tensor is a sequence of pseudo-random
// numbers that its name determines, see [Weights]. The model is
//
//	embedding 32
//	image tower: side 16, patch 8, width 128, 3 blocks, 2 heads
//	text tower:  context 16, 64 tokens, width 128, 3 blocks, 2 heads
//
// and ran in float64, so that a float32 implementation can be held to its own
// rounding error. [TinyClip] returns the numbers, [Tensors] the model,
// [Image] the input and [Tokens] the prompts.
package golden
