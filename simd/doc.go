// Package simd is the arithmetic everything else stands on: float32 matrix
// products, the exponential, and the row operations of a transformer.
//
// Each routine exists twice. The Go version (files *_generic.go) is the
// specification: plain loops that say what is computed and in which order. The
// assembly version (files *_amd64.s) does the same with AVX2 and FMA, eight
// numbers at a time; it may round differently, because a fused multiply-add
// rounds once where Go rounds twice and because a vector sum adds in eight
// lanes, but it treats NaN and infinities alike. The choice between them is
// made once, when the program starts; see Kernel, Use and the environment
// variable FRONTDOOR_SIMD.
//
// Matrices are row-major with a row stride ("ld"), so that a block of columns
// of a bigger matrix, one attention head say, can be used where it lies.
//
// Results are reproducible: reductions run in an order that depends only on
// the length, and an element of a matrix product is summed in an order that
// depends only on k. Neither the number of threads nor the position or number
// of the other rows changes a bit.
package simd
