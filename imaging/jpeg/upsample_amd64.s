#include "textflag.h"

// The triangle filters of upsample.go, sixteen samples at a time in words.

DATA up_words<>+0(SB)/2, $1
DATA up_words<>+2(SB)/2, $2
DATA up_words<>+4(SB)/2, $7
DATA up_words<>+6(SB)/2, $8
GLOBL up_words<>(SB), RODATA|NOPTR, $8

// func h2v1AVX2(dst, src *byte, n int)
//
//	DI dst   SI src   CX samples left   Y14 1   Y15 2
TEXT ·h2v1AVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	VPBROADCASTW up_words<>+0(SB), Y14
	VPBROADCASTW up_words<>+2(SB), Y15

loop:
	VPMOVZXBW (SI), Y0
	VPMOVZXBW -1(SI), Y1
	VPMOVZXBW 1(SI), Y2
	VPADDW    Y0, Y0, Y3
	VPADDW    Y0, Y3, Y0   // 3 src[x]
	VPADDW    Y0, Y1, Y1
	VPADDW    Y0, Y2, Y2
	VPADDW    Y14, Y1, Y1
	VPADDW    Y15, Y2, Y2
	VPSRLW    $2, Y1, Y1   // even pixels
	VPSRLW    $2, Y2, Y2   // odd pixels
	VPSLLW    $8, Y2, Y2
	VPOR      Y2, Y1, Y1
	VMOVDQU   Y1, (DI)
	ADDQ      $32, DI
	ADDQ      $16, SI
	SUBQ      $16, CX
	JG        loop
	VZEROUPPER
	RET

// func h1v2AVX2(dst, near, far *byte, n, bias int)
//
//	DI dst   SI near   DX far   CX samples left   Y15 bias
TEXT ·h1v2AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ near+8(FP), SI
	MOVQ far+16(FP), DX
	MOVQ n+24(FP), CX
	MOVQ bias+32(FP), AX
	VMOVD AX, X15
	VPBROADCASTW X15, Y15

loop:
	VPMOVZXBW (SI), Y0
	VPMOVZXBW (DX), Y1
	VPADDW    Y0, Y0, Y3
	VPADDW    Y0, Y3, Y0
	VPADDW    Y0, Y1, Y1
	VPADDW    Y15, Y1, Y1
	VPSRLW    $2, Y1, Y1
	VEXTRACTI128 $1, Y1, X2
	VPACKUSWB X2, X1, X1
	VMOVDQU   X1, (DI)
	ADDQ      $16, DI
	ADDQ      $16, SI
	ADDQ      $16, DX
	SUBQ      $16, CX
	JG        loop
	VZEROUPPER
	RET

// MIX sets m to 3 near + far at an offset.
#define MIX(at, m, t, u) \
	VPMOVZXBW at(SI), m; \
	VPMOVZXBW at(DX), t; \
	VPADDW    m, m, u; \
	VPADDW    m, t, m; \
	VPADDW    u, m, m

// func h2v2AVX2(dst, near, far *byte, n int)
//
//	DI dst   SI near   DX far   CX samples left   Y14 8   Y15 7
TEXT ·h2v2AVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ near+8(FP), SI
	MOVQ far+16(FP), DX
	MOVQ n+24(FP), CX
	VPBROADCASTW up_words<>+6(SB), Y14
	VPBROADCASTW up_words<>+4(SB), Y15

loop:
	MIX(0, Y0, Y3, Y4)
	MIX(-1, Y1, Y5, Y6)
	MIX(1, Y2, Y7, Y8)
	VPADDW  Y0, Y0, Y3
	VPADDW  Y0, Y3, Y0    // 3 m[x]
	VPADDW  Y0, Y1, Y1
	VPADDW  Y0, Y2, Y2
	VPADDW  Y14, Y1, Y1
	VPADDW  Y15, Y2, Y2
	VPSRLW  $4, Y1, Y1    // even pixels
	VPSRLW  $4, Y2, Y2    // odd pixels
	VPSLLW  $8, Y2, Y2
	VPOR    Y2, Y1, Y1
	VMOVDQU Y1, (DI)
	ADDQ    $32, DI
	ADDQ    $16, SI
	ADDQ    $16, DX
	SUBQ    $16, CX
	JG      loop
	VZEROUPPER
	RET
