#include "textflag.h"

// YCbCr to RGB of color.go. The factors are made to fit into words:
//
//	91881 v + half           = 65536 v + (26345 v + 2*16384)
//	116130 u + half          = 65536 2 u + (-14942 u + 2*16384)
//	-22554 u - 46802 v + half = -65536 v + (-22554 u + 18734 v) + half

DATA ycc_r<>+0(SB)/4, $0x400066e9 // 26345, 16384
GLOBL ycc_r<>(SB), RODATA|NOPTR, $4

DATA ycc_b<>+0(SB)/4, $0x4000c5a2 // -14942, 16384
GLOBL ycc_b<>(SB), RODATA|NOPTR, $4

DATA ycc_g<>+0(SB)/4, $0x492ea7e6 // -22554, 18734
GLOBL ycc_g<>(SB), RODATA|NOPTR, $4

DATA ycc_half<>+0(SB)/4, $32768
GLOBL ycc_half<>(SB), RODATA|NOPTR, $4

DATA ycc_words<>+0(SB)/2, $128
DATA ycc_words<>+2(SB)/2, $2
GLOBL ycc_words<>(SB), RODATA|NOPTR, $4

// The shuffles that make 24 bytes of eight pixels: from their red and green
// bytes, and from their blue ones.
DATA ycc_rg0<>+0(SB)/8, $0x0a02800901800800
DATA ycc_rg0<>+8(SB)/8, $0x05800c04800b0380
DATA ycc_rg0<>+16(SB)/8, $0x0a02800901800800
DATA ycc_rg0<>+24(SB)/8, $0x05800c04800b0380
GLOBL ycc_rg0<>(SB), RODATA|NOPTR, $32

DATA ycc_b0<>+0(SB)/8, $0x8080018080008080
DATA ycc_b0<>+8(SB)/8, $0x8004808003808002
DATA ycc_b0<>+16(SB)/8, $0x8080018080008080
DATA ycc_b0<>+24(SB)/8, $0x8004808003808002
GLOBL ycc_b0<>(SB), RODATA|NOPTR, $32

DATA ycc_rg1<>+0(SB)/8, $0x800f07800e06800d
DATA ycc_rg1<>+8(SB)/8, $0x8080808080808080
DATA ycc_rg1<>+16(SB)/8, $0x800f07800e06800d
DATA ycc_rg1<>+24(SB)/8, $0x8080808080808080
GLOBL ycc_rg1<>(SB), RODATA|NOPTR, $32

DATA ycc_b1<>+0(SB)/8, $0x0780800680800580
DATA ycc_b1<>+8(SB)/8, $0x8080808080808080
DATA ycc_b1<>+16(SB)/8, $0x0780800680800580
DATA ycc_b1<>+24(SB)/8, $0x8080808080808080
GLOBL ycc_b1<>(SB), RODATA|NOPTR, $32

// PRODUCT leaves (a c0 + b c1 + add) >> 16 of sixteen words in out, and keeps a
// and b.
#define PRODUCT(a, b, c, add, out, t) \
	VPUNPCKLWD b, a, out; \
	VPUNPCKHWD b, a, t; \
	VPMADDWD   c, out, out; \
	VPMADDWD   c, t, t; \
	VPADDD     add, out, out; \
	VPADDD     add, t, t; \
	VPSRAD     $16, out, out; \
	VPSRAD     $16, t, t; \
	VPACKSSDW  t, out, out

// func yccAVX2(dst, luma, cb, cr *byte, n int)
//
//	DI dst   SI luma   DX cb   R8 cr   CX pixels left
//	Y15 128   Y14 2   Y13 r   Y12 b   Y11 g   Y10 half   Y9 0
TEXT ·yccAVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ luma+8(FP), SI
	MOVQ cb+16(FP), DX
	MOVQ cr+24(FP), R8
	MOVQ n+32(FP), CX
	VPBROADCASTW ycc_words<>+0(SB), Y15
	VPBROADCASTW ycc_words<>+2(SB), Y14
	VPBROADCASTD ycc_r<>(SB), Y13
	VPBROADCASTD ycc_b<>(SB), Y12
	VPBROADCASTD ycc_g<>(SB), Y11
	VPBROADCASTD ycc_half<>(SB), Y10
	VPXOR        Y9, Y9, Y9

loop:
	VPMOVZXBW (SI), Y0
	VPMOVZXBW (DX), Y1
	VPMOVZXBW (R8), Y2
	VPSUBW    Y15, Y1, Y1   // u
	VPSUBW    Y15, Y2, Y2   // v
	PRODUCT(Y2, Y14, Y13, Y9, Y3, Y4)
	VPADDW    Y2, Y3, Y3
	VPADDW    Y0, Y3, Y3    // red
	PRODUCT(Y1, Y2, Y11, Y10, Y4, Y5)
	VPSUBW    Y2, Y4, Y4
	VPADDW    Y0, Y4, Y4    // green
	PRODUCT(Y1, Y14, Y12, Y9, Y5, Y6)
	VPADDW    Y1, Y5, Y5
	VPADDW    Y1, Y5, Y5
	VPADDW    Y0, Y5, Y5    // blue
	VPACKUSWB Y4, Y3, Y3    // eight red, eight green in each half
	VPACKUSWB Y5, Y5, Y5
	VPSHUFB   ycc_rg0<>(SB), Y3, Y6
	VPSHUFB   ycc_b0<>(SB), Y5, Y7
	VPOR      Y7, Y6, Y6
	VPSHUFB   ycc_rg1<>(SB), Y3, Y3
	VPSHUFB   ycc_b1<>(SB), Y5, Y5
	VPOR      Y5, Y3, Y3
	VMOVDQU   X6, (DI)
	VMOVQ     X3, 16(DI)
	VEXTRACTI128 $1, Y6, X6
	VEXTRACTI128 $1, Y3, X3
	VMOVDQU   X6, 24(DI)
	VMOVQ     X3, 40(DI)
	ADDQ      $48, DI
	ADDQ      $16, SI
	ADDQ      $16, DX
	ADDQ      $16, R8
	SUBQ      $16, CX
	JG        loop
	VZEROUPPER
	RET
