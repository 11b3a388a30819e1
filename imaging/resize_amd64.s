#include "textflag.h"

DATA resize_half<>+0(SB)/4, $0x200000 // weightHalf
GLOBL resize_half<>(SB), RODATA|NOPTR, $4

// The bytes of the taps 0 and 1 (low half) and 2 and 3 (high half) as pairs of
// words: red, green, blue, nothing.
DATA resize_pairs<>+0(SB)/8, $0x8004800180038000
DATA resize_pairs<>+8(SB)/8, $0x8080808080058002
DATA resize_pairs<>+16(SB)/8, $0x800a800780098006
DATA resize_pairs<>+24(SB)/8, $0x80808080800b8008
GLOBL resize_pairs<>(SB), RODATA|NOPTR, $32

// Which of two pairs of weights goes to which half.
DATA resize_halves<>+0(SB)/8, $0
DATA resize_halves<>+8(SB)/8, $0
DATA resize_halves<>+16(SB)/8, $0x0000000100000001
DATA resize_halves<>+24(SB)/8, $0x0000000100000001
GLOBL resize_halves<>(SB), RODATA|NOPTR, $32

// QUAD adds four taps of a row: their low products to lo, their high ones to
// hi. Y8 and Y9 hold the weights.
#define QUAD(row, lo, hi) \
	VBROADCASTI128 row, Y10; \
	VPSHUFB  Y15, Y10, Y10; \
	VPMADDWD Y8, Y10, Y11; \
	VPMADDWD Y9, Y10, Y10; \
	VPADDD   Y11, lo, lo; \
	VPADDD   Y10, hi, hi

// JOIN makes the sum of a row, four lanes in xlo: both parts of the weights,
// both halves of the taps, less 22 bits.
#define JOIN(lo, hi, xlo) \
	VPSLLD  $11, hi, hi; \
	VPADDD  hi, lo, lo; \
	VEXTRACTI128 $1, lo, X10; \
	VPADDD  X10, xlo, xlo; \
	VPADDD  X13, xlo, xlo; \
	VPSRAD  $22, xlo, xlo

// STORE writes the three low bytes of AX.
#define STORE(to) \
	MOVW AX, (to); \
	SHRL $16, AX; \
	MOVB AX, 2(to)

// func horizontalAVX2(out *uint8, outStride int, in *uint8, inStride int, low, high *int16, quads, groups int)
//
//	DI out   SI outStride   DX in   R8 inStride   R9 low   R10 high
//	R11 quads   R12 groups left   R13 3 inStride   BX, CX: row and tap
//	Y0..Y3 low sums, Y4..Y7 high sums of four rows
//	Y8, Y9 weights   Y15 pairs   Y14 halves   X13 half
TEXT ·horizontalAVX2(SB), NOSPLIT, $0-64
	MOVQ out+0(FP), DI
	MOVQ outStride+8(FP), SI
	MOVQ in+16(FP), DX
	MOVQ inStride+24(FP), R8
	MOVQ low+32(FP), R9
	MOVQ high+40(FP), R10
	MOVQ quads+48(FP), R11
	MOVQ groups+56(FP), R12
	LEAQ (R8)(R8*2), R13
	VMOVDQU resize_pairs<>(SB), Y15
	VMOVDQU resize_halves<>(SB), Y14
	VPBROADCASTD resize_half<>(SB), X13

group:
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5
	VPXOR Y6, Y6, Y6
	VPXOR Y7, Y7, Y7
	MOVQ  DX, BX
	XORQ  CX, CX

quad:
	VPBROADCASTQ (R9)(CX*8), Y8
	VPBROADCASTQ (R10)(CX*8), Y9
	VPERMILPS    Y14, Y8, Y8
	VPERMILPS    Y14, Y9, Y9
	QUAD((BX), Y0, Y4)
	QUAD((BX)(R8*1), Y1, Y5)
	QUAD((BX)(R8*2), Y2, Y6)
	QUAD((BX)(R13*1), Y3, Y7)
	ADDQ $12, BX
	INCQ CX
	CMPQ CX, R11
	JLT  quad

	JOIN(Y0, Y4, X0)
	JOIN(Y1, Y5, X1)
	JOIN(Y2, Y6, X2)
	JOIN(Y3, Y7, X3)
	VPACKSSDW X1, X0, X0
	VPACKSSDW X3, X2, X2
	VPACKUSWB X2, X0, X0
	VMOVD     X0, AX
	STORE(DI)
	ADDQ      SI, DI
	VPEXTRD   $1, X0, AX
	STORE(DI)
	ADDQ      SI, DI
	VPEXTRD   $2, X0, AX
	STORE(DI)
	ADDQ      SI, DI
	VPEXTRD   $3, X0, AX
	STORE(DI)
	ADDQ      SI, DI
	LEAQ      (DX)(R8*4), DX
	DECQ      R12
	JNZ       group
	VZEROUPPER
	RET

// func verticalAVX2(out, in *uint8, stride, n int, weights *int32, taps int)
//
//	DI out   SI in   DX stride   CX values left   R8 weights   R9 taps
//	BX, R10: row and tap   Y0, Y1 sums   Y15 half
TEXT ·verticalAVX2(SB), NOSPLIT, $0-48
	MOVQ out+0(FP), DI
	MOVQ in+8(FP), SI
	MOVQ stride+16(FP), DX
	MOVQ n+24(FP), CX
	MOVQ weights+32(FP), R8
	MOVQ taps+40(FP), R9
	VPBROADCASTD resize_half<>(SB), Y15

block:
	VMOVDQA Y15, Y0
	VMOVDQA Y15, Y1
	MOVQ    SI, BX
	XORQ    R10, R10

tap:
	VPBROADCASTD (R8)(R10*4), Y2
	VPMOVZXBD    (BX), Y3
	VPMOVZXBD    8(BX), Y4
	VPMULLD      Y2, Y3, Y3
	VPMULLD      Y2, Y4, Y4
	VPADDD       Y3, Y0, Y0
	VPADDD       Y4, Y1, Y1
	ADDQ         DX, BX
	INCQ         R10
	CMPQ         R10, R9
	JLT          tap

	VPSRAD    $22, Y0, Y0
	VPSRAD    $22, Y1, Y1
	VPACKSSDW Y1, Y0, Y0
	VPERMQ    $0xd8, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKUSWB X1, X0, X0
	VMOVDQU   X0, (DI)
	ADDQ      $16, DI
	ADDQ      $16, SI
	SUBQ      $16, CX
	JG        block
	VZEROUPPER
	RET
