// Package simd is the arithmetic everything else stands on: float32 matrix
// products, the exponential, and the row operations of a transformer.
//
// Each routine has a Go version (files *_generic.go), which is the specification:
// plain loops that say what is computed and in which order. Beside it stand:
//
//	routine                            AVX2+FMA  AVX-512  NEON
//	matrix product (panel)             yes       yes      yes
//	packing of its operands            yes       -        -
//	exponential and its sum            yes       -        yes
//	QuickGELU and its gradient         yes       -        -
//	add, scale, axpy, softmax gradient yes       -        -
//	dot, sum, maximum, Σ(x-mean)²      yes       -        -
//	LayerNorm and its gradients        yes       -        -
//
// Where there is none (-) the next kernel to the left is used, on arm64 the Go
// version. Assembly (files *_amd64.s and *_arm64.s) may round differently from Go,
// because a fused multiply-add rounds once where Go rounds twice and because a
// vector sum adds in lanes, but it treats NaN and infinities alike. AVX-512 gives
// the bits of AVX2: both sum an element by the same chain of FMAs. The choice
// between kernels is made once, when the program starts; see Kernel, Use and the
// environment variable FRONTDOOR_SIMD.
//
// Matrices are row-major with a row stride ("ld"), so that a block of columns
// of a bigger matrix, one attention head say, can be used where it lies.
//
// Results are reproducible: reductions run in an order that depends only on
// the length, and an element of a matrix product is summed in an order that
// depends only on k. Neither the number of threads nor the position or number
// of the other rows changes a bit.
//
// # How a matrix product gets fast
//
// A core starts two vector FMAs a cycle and waits four cycles for a result, so
// at least eight independent sums must be under way. The kernel keeps a tile of
// C in registers for a whole k block. A tile of r rows and v vectors of columns
// takes r·v registers, and each step loads v vectors of B and r elements of A
// for r·v FMAs. Of the sixteen registers of AVX2, 6 x 2 vectors (6 x 16 elements)
// leave two for B and two for A: 12 FMAs for 8 loads, with two loads a cycle less
// than the FMAs take. 4 x 3 needs as many registers and 7 loads, but its 24
// columns fit the widths of transformers, multiples of 64, badly. AVX-512 has 32
// registers of sixteen: 12 x 2 vectors (12 x 32 elements) are 24 FMAs for 14
// loads. NEON has 32 registers of four: the tile of AVX2 takes 24.
//
//	registers     a tile of C, 6 x 16 or 12 x 32, for one k block of 256 steps
//	first level   one panel of B: 16 columns of the block, 16 KiB, read again by
//	              each tile of rows that passes (and 6 KiB of A on their way);
//	              with AVX-512 two panels, and 12 KiB of A
//	second level  up to rowBlock rows of A, 1 KiB each, read again by each panel;
//	              rowBlock is half this cache, as cpuid tells its size; the next
//	              panel is asked for while this one is at work
//	third level   all of B as panels, and C
//
// A is read where it lies: the rows of a tile are streams, which the hardware
// follows. B is copied into panels: products of up to rowBlock rows copy panel
// after panel in the first-level cache as they go; taller ones copy B before
// they begin, in parallel. Keeping the panels of frozen weights was tried: a
// training step of ViT-B/16 took as long, for up to the weights' memory again.
//
// Threads take units, a block of rows times a group of panels: only m and n are
// cut, never a sum. product.go draws how the pieces nest. What follows a product row by row
// (bias, residual, QuickGELU) is done by the unit, before its rows leave the
// second-level cache; see Epilogue.
//
// Measured on two cores of an AMD EPYC (family 26, model 2; 48 KiB, 1 MiB and
// 32 MiB of cache), medians of 15 to 25 rounds beside OpenBLAS 0.3.21 with its
// kernels for the same instructions, for C = A Bᵀ in GFLOPS, one thread and two.
// The FMA peak, which package peak measures, is 142 and 265 with AVX2, 280 and 515 with
// AVX-512:
//
//	                AVX2                  AVX-512
//	m x n x k       simd       OpenBLAS   simd       OpenBLAS
//	197x768x768     137  273   129  234   259  501   235  415
//	197x3072x768    132  254   128  234   256  464   231  411
//	788x768x3072    134  246   134  246   256  480   252  465
//	788x3072x768    136  255   134  245   250  476   243  445
//	500x512x512     135  248   133  240   266  490   254  442
//	16x512x512      109  195    83  148   181  356   100  159
//
// cmd/bench measures these figures on any machine.
//
// # Accuracy
//
// Exp is within 2 units in the last place everywhere, denormal results
// included (0.98 in the worst case found). QuickGELU(z) is within 4 units of
// |z| σ max(1, -z), and its derivative within 4 units of σ (1 + |z| max(1, -z)),
// σ being the sigmoid: left of zero the rounding of the exponent counts. Results
// below 1e-30 may be 0. Softmax is within 5e-7 (1 + max - x) relative, LayerNorm
// within 2e-6 absolute. Products and sums carry the error of float32 sums of at
// most 256 terms at a time.
package simd
