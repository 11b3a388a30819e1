// Package nn holds the layers that both CLIP towers are made of, and what
// trains them: linear layers, LayerNorm, attention, the pre-norm residual
// block, the transformer with deep prompts, initialisers, optimisers and
// learning-rate schedules.
//
// Layers are plain structs of tensors. Whether a layer is trained or frozen is
// a property of its tensors ([autograd.Tensor.NeedsGrad]), not of the layer.
//
// All activations are packed rows [R, D]; see package autograd.
package nn
