// Package vit is CLIP's image tower: a Vision Transformer that turns images
// [B, 3, S, S] into features [B, E], with room for learned prompt tokens.
//
//	patches: S/P x S/P squares, each a linear map of its 3·P·P pixels
//	tokens:  class token, patches (row-major), then n prompt tokens
//	x      = LNPre(tokens + positions)        prompts get no position
//	x      = transformer(x)                   deep prompts overwrite the last n
//	feature= LNPost(x[class token]) · Proj
//
// The last block is computed for the class token alone, since nothing else of
// it is read.
//
// Sources: Dosovitskiy et al. 2021; Radford et al. 2021 (CLIP); prompt tokens
// at the end of the sequence as in MaPLe (Khattak et al. 2023, section 3.2).
package vit
