#include "textflag.h"

// The inverse DCT of idct.go. A pair of 16-bit values in one 32-bit lane is
// multiplied and summed by VPMADDWD, so that each lane is a column (then a row)
// of the block.

// z2, z3 -> t2: 4433, -10704
DATA idct_t2<>+0(SB)/8, $0xd6301151d6301151
DATA idct_t2<>+8(SB)/8, $0xd6301151d6301151
DATA idct_t2<>+16(SB)/8, $0xd6301151d6301151
DATA idct_t2<>+24(SB)/8, $0xd6301151d6301151
GLOBL idct_t2<>(SB), RODATA|NOPTR, $32

// z2, z3 -> t3: 10703, 4433
DATA idct_t3<>+0(SB)/8, $0x115129cf115129cf
DATA idct_t3<>+8(SB)/8, $0x115129cf115129cf
DATA idct_t3<>+16(SB)/8, $0x115129cf115129cf
DATA idct_t3<>+24(SB)/8, $0x115129cf115129cf
GLOBL idct_t3<>(SB), RODATA|NOPTR, $32

// z3, z4 -> z3: -6436, 9633
DATA idct_z3<>+0(SB)/8, $0x25a1e6dc25a1e6dc
DATA idct_z3<>+8(SB)/8, $0x25a1e6dc25a1e6dc
DATA idct_z3<>+16(SB)/8, $0x25a1e6dc25a1e6dc
DATA idct_z3<>+24(SB)/8, $0x25a1e6dc25a1e6dc
GLOBL idct_z3<>(SB), RODATA|NOPTR, $32

// z3, z4 -> z4: 9633, 6437
DATA idct_z4<>+0(SB)/8, $0x192525a1192525a1
DATA idct_z4<>+8(SB)/8, $0x192525a1192525a1
DATA idct_z4<>+16(SB)/8, $0x192525a1192525a1
DATA idct_z4<>+24(SB)/8, $0x192525a1192525a1
GLOBL idct_z4<>(SB), RODATA|NOPTR, $32

// i7, i1 -> t0: -4927, -7373
DATA idct_o0<>+0(SB)/8, $0xe333ecc1e333ecc1
DATA idct_o0<>+8(SB)/8, $0xe333ecc1e333ecc1
DATA idct_o0<>+16(SB)/8, $0xe333ecc1e333ecc1
DATA idct_o0<>+24(SB)/8, $0xe333ecc1e333ecc1
GLOBL idct_o0<>(SB), RODATA|NOPTR, $32

// i7, i1 -> t3: -7373, 4926
DATA idct_o3<>+0(SB)/8, $0x133ee333133ee333
DATA idct_o3<>+8(SB)/8, $0x133ee333133ee333
DATA idct_o3<>+16(SB)/8, $0x133ee333133ee333
DATA idct_o3<>+24(SB)/8, $0x133ee333133ee333
GLOBL idct_o3<>(SB), RODATA|NOPTR, $32

// i5, i3 -> t1: -4176, -20995
DATA idct_o1<>+0(SB)/8, $0xadfdefb0adfdefb0
DATA idct_o1<>+8(SB)/8, $0xadfdefb0adfdefb0
DATA idct_o1<>+16(SB)/8, $0xadfdefb0adfdefb0
DATA idct_o1<>+24(SB)/8, $0xadfdefb0adfdefb0
GLOBL idct_o1<>(SB), RODATA|NOPTR, $32

// i5, i3 -> t2: -20995, 4177
DATA idct_o2<>+0(SB)/8, $0x1051adfd1051adfd
DATA idct_o2<>+8(SB)/8, $0x1051adfd1051adfd
DATA idct_o2<>+16(SB)/8, $0x1051adfd1051adfd
DATA idct_o2<>+24(SB)/8, $0x1051adfd1051adfd
GLOBL idct_o2<>(SB), RODATA|NOPTR, $32

DATA idct_round1<>+0(SB)/8, $0x0000040000000400
DATA idct_round1<>+8(SB)/8, $0x0000040000000400
DATA idct_round1<>+16(SB)/8, $0x0000040000000400
DATA idct_round1<>+24(SB)/8, $0x0000040000000400
GLOBL idct_round1<>(SB), RODATA|NOPTR, $32

DATA idct_round2<>+0(SB)/8, $0x0002000000020000
DATA idct_round2<>+8(SB)/8, $0x0002000000020000
DATA idct_round2<>+16(SB)/8, $0x0002000000020000
DATA idct_round2<>+24(SB)/8, $0x0002000000020000
GLOBL idct_round2<>(SB), RODATA|NOPTR, $32

DATA idct_center<>+0(SB)/8, $0x8080808080808080
DATA idct_center<>+8(SB)/8, $0x8080808080808080
DATA idct_center<>+16(SB)/8, $0x8080808080808080
DATA idct_center<>+24(SB)/8, $0x8080808080808080
GLOBL idct_center<>(SB), RODATA|NOPTR, $32

// PAIR puts a and b, eight words each, into the lanes of y: (a, b) in each.
// x is the lower half of y.
#define PAIR(a, b, x, y, tx) \
	VPUNPCKLWD  b, a, x; \
	VPUNPCKHWD  b, a, tx; \
	VINSERTI128 $1, tx, y, y

// TRANSFORM is the function of that name for the words X0..X7 in eight lanes.
// It leaves, saturated and transposed,
//
//	Y0 = out0 | out4, Y1 = out1 | out5, Y2 = out2 | out6, Y3 = out3 | out7
//
// where out_k is what lane k had, of the outputs 0 to 7.
#define TRANSFORM(round, shift) \
	VPADDW    X4, X0, X8; \
	VPSUBW    X4, X0, X9; \
	VPMOVSXWD X8, Y8; \
	VPMOVSXWD X9, Y9; \
	VPSLLD    $13, Y8, Y8; \
	VPSLLD    $13, Y9, Y9; \
	PAIR(X2, X6, X10, Y10, X11); \
	VPMADDWD  idct_t2<>(SB), Y10, Y11; \
	VPMADDWD  idct_t3<>(SB), Y10, Y10; \
	VPADDD    round, Y8, Y8; \
	VPADDD    round, Y9, Y9; \
	VPADDD    Y10, Y8, Y0; \
	VPSUBD    Y10, Y8, Y6; \
	VPADDD    Y11, Y9, Y2; \
	VPSUBD    Y11, Y9, Y4; \
	VPADDW    X3, X7, X8; \
	VPADDW    X1, X5, X9; \
	PAIR(X8, X9, X10, Y10, X11); \
	VPMADDWD  idct_z3<>(SB), Y10, Y8; \
	VPMADDWD  idct_z4<>(SB), Y10, Y9; \
	PAIR(X7, X1, X10, Y10, X11); \
	VPMADDWD  idct_o0<>(SB), Y10, Y11; \
	VPMADDWD  idct_o3<>(SB), Y10, Y10; \
	PAIR(X5, X3, X12, Y12, X13); \
	VPMADDWD  idct_o1<>(SB), Y12, Y13; \
	VPMADDWD  idct_o2<>(SB), Y12, Y12; \
	VPADDD    Y8, Y11, Y11; \
	VPADDD    Y9, Y13, Y13; \
	VPADDD    Y8, Y12, Y12; \
	VPADDD    Y9, Y10, Y10; \
	VPADDD    Y10, Y0, Y8; \
	VPSUBD    Y10, Y0, Y9; \
	VPADDD    Y12, Y2, Y14; \
	VPSUBD    Y12, Y2, Y15; \
	VPADDD    Y13, Y4, Y1; \
	VPSUBD    Y13, Y4, Y3; \
	VPADDD    Y11, Y6, Y5; \
	VPSUBD    Y11, Y6, Y7; \
	VPSRAD    $shift, Y8, Y8; \
	VPSRAD    $shift, Y9, Y9; \
	VPSRAD    $shift, Y14, Y14; \
	VPSRAD    $shift, Y15, Y15; \
	VPSRAD    $shift, Y1, Y1; \
	VPSRAD    $shift, Y3, Y3; \
	VPSRAD    $shift, Y5, Y5; \
	VPSRAD    $shift, Y7, Y7; \
	VPACKSSDW Y7, Y8, Y8; \
	VPACKSSDW Y3, Y14, Y14; \
	VPACKSSDW Y15, Y1, Y1; \
	VPACKSSDW Y9, Y5, Y5; \
	VPUNPCKLWD Y14, Y8, Y9; \
	VPUNPCKHWD Y14, Y8, Y10; \
	VPUNPCKLWD Y5, Y1, Y11; \
	VPUNPCKHWD Y5, Y1, Y12; \
	VPUNPCKLDQ Y11, Y9, Y13; \
	VPUNPCKHDQ Y11, Y9, Y14; \
	VPUNPCKLDQ Y12, Y10, Y8; \
	VPUNPCKHDQ Y12, Y10, Y9; \
	VPUNPCKLQDQ Y8, Y13, Y0; \
	VPUNPCKHQDQ Y8, Y13, Y1; \
	VPUNPCKLQDQ Y9, Y14, Y2; \
	VPUNPCKHQDQ Y9, Y14, Y3

// func idctAVX2(dst *byte, stride int, b, q *[64]int16)
//
//	DI dst   SI stride   R8 b   R9 q   R10 3 stride
TEXT ·idctAVX2(SB), NOSPLIT, $16-32
	MOVQ dst+0(FP), DI
	MOVQ stride+8(FP), SI
	MOVQ b+16(FP), R8
	MOVQ q+24(FP), R9
	LEAQ (SI)(SI*2), R10

	VMOVDQU 0(R8), X0
	VPMULLW 0(R9), X0, X0

	// Are the other rows zero?
	VMOVDQU 16(R8), X1
	VPOR    32(R8), X1, X2
	VMOVDQU 48(R8), Y3
	VPOR    80(R8), Y3, Y3
	VPOR    96(R8), Y3, Y3
	VPOR    Y3, Y2, Y2
	VPTEST  Y2, Y2
	JZ      columns

	VMOVDQU 32(R8), X2
	VMOVDQU 48(R8), X3
	VMOVDQU 64(R8), X4
	VMOVDQU 80(R8), X5
	VMOVDQU 96(R8), X6
	VMOVDQU 112(R8), X7
	VPMULLW 16(R9), X1, X1
	VPMULLW 32(R9), X2, X2
	VPMULLW 48(R9), X3, X3
	VPMULLW 64(R9), X4, X4
	VPMULLW 80(R9), X5, X5
	VPMULLW 96(R9), X6, X6
	VPMULLW 112(R9), X7, X7
	TRANSFORM(idct_round1<>(SB), 11)
	VEXTRACTI128 $1, Y0, X4
	VEXTRACTI128 $1, Y1, X5
	VEXTRACTI128 $1, Y2, X6
	VEXTRACTI128 $1, Y3, X7
	JMP  rows

columns:
	// All rows are equal: each lane of the first goes to all lanes.
	VPSLLW  $2, X0, X0
	VMOVDQU X0, tmp-16(SP)
	VPBROADCASTW tmp-16(SP), X0
	VPBROADCASTW tmp-14(SP), X1
	VPBROADCASTW tmp-12(SP), X2
	VPBROADCASTW tmp-10(SP), X3
	VPBROADCASTW tmp-8(SP), X4
	VPBROADCASTW tmp-6(SP), X5
	VPBROADCASTW tmp-4(SP), X6
	VPBROADCASTW tmp-2(SP), X7

rows:
	TRANSFORM(idct_round2<>(SB), 18)
	VPACKSSWB Y1, Y0, Y0 // rows 0, 1 | 4, 5
	VPACKSSWB Y3, Y2, Y2 // rows 2, 3 | 6, 7
	VPADDB    idct_center<>(SB), Y0, Y0
	VPADDB    idct_center<>(SB), Y2, Y2
	VMOVQ     X0, (DI)
	VPEXTRQ   $1, X0, (DI)(SI*1)
	VMOVQ     X2, (DI)(SI*2)
	VPEXTRQ   $1, X2, (DI)(R10*1)
	VEXTRACTI128 $1, Y0, X0
	VEXTRACTI128 $1, Y2, X2
	LEAQ      (DI)(SI*4), DI
	VMOVQ     X0, (DI)
	VPEXTRQ   $1, X0, (DI)(SI*1)
	VMOVQ     X2, (DI)(SI*2)
	VPEXTRQ   $1, X2, (DI)(R10*1)
	VZEROUPPER
	RET
