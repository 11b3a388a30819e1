// Package golden is what golden tests share: numbers to compare with, and the
// inputs that lead to them. Only tests use it. There are two sorts.
//
// Files that tools/golden makes with PyTorch lie in the testdata of the packages
// that they are about. [Read] reads one, [File.Check] compares a tensor with
// it, [OnThreads] does so on one thread and on two and compares their bits. Inputs
// and weights follow from their names by [counter], so that none is stored, not
// even those of ViT-B/16: [Tensor32], [FillCLIP]. With -table the test of this
// package writes the errors of all comparisons to a table, docs/golden.md.
//
// The other sort is inside this package: what the published implementations of
// CLIP, CoOp, CoCoOp, MaPLe and IVLP gave for one tiny model.
//
// The weights are not stored: each tensor is a sequence of pseudo-random
// numbers that its name determines, here see [Weights]. The model is
//
//	embedding 32
//	image tower: side 16, patch 8, width 128, 3 blocks, 2 heads
//	text tower:  context 16, 64 tokens, width 128, 3 blocks, 2 heads
//
// and ran in float64, so that a float32 implementation can be held to its own
// rounding error. [TinyClip] returns the numbers, [Tensors] the model,
// [Image] the input and [Tokens] the prompts.
package golden
