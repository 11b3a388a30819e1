#include "textflag.h"

// The panel kernel: tiles of 6 x 16 elements of C, held in 24 of the 32
// registers. The tile has the shape of amd64's, so that both share the driver
// and the layout of packed operands, and give the same bits.
//
//	for each tile of six rows of A (the last may have fewer)
//	    acc[6][16] = 0
//	    for p in 0..k-1
//	        b[16] = B[p]                        one load of four vectors
//	        for i in 0..5: acc[i] += A(i,p) b   one broadcast, four FMAs
//	    C = acc  or  C = C + acc
//
// Rows that a tile lacks are computed from its last row and not stored.
//
//	R0 rows left              R1 k, R17 steps left
//	R2 the tile of A          R3 bytes between tiles
//	R4 bytes between rows     R5 bytes between columns of A
//	R6 the panel of B, R16 cursor in it    R7 bytes between its rows
//	R8 the tile of C, R20 cursor in it     R9 bytes between its rows
//	R10 .. R15 cursors in the six rows     R19 add?   R21 rows to store
//	V0 .. V3 row of B         V4 .. V7 elements of A
//	V8 .. V31 acc, row i in V(8+4i) .. V(11+4i)

// FADD d = n + m, which the assembler has no name for.
#define FADD(m, n, d) WORD $(0x4E20D400 | (m)<<16 | (n)<<5 | (d))

#define ZERO4(a, b, c, d) \
	VEOR a.B16, a.B16, a.B16 \
	VEOR b.B16, b.B16, b.B16 \
	VEOR c.B16, c.B16, c.B16 \
	VEOR d.B16, d.B16, d.B16

#define ROW(cursor, s, a, b, c, d) \
	VLD1R (cursor), [s.S4]      \
	ADD   R5, cursor            \
	VFMLA s.S4, V0.S4, a.S4     \
	VFMLA s.S4, V1.S4, b.S4     \
	VFMLA s.S4, V2.S4, c.S4     \
	VFMLA s.S4, V3.S4, d.S4

// PUT stores or adds a row of C, and leaves when the tile has no more.
#define PUT(a, b, c, d, n, label) \
	CBZ  R19, label                                      \
	VLD1 (R20), [V0.S4, V1.S4, V2.S4, V3.S4]             \
	FADD(0, n, n)                                        \
	FADD(1, n+1, n+1)                                    \
	FADD(2, n+2, n+2)                                    \
	FADD(3, n+3, n+3)                                    \
label:                                                   \
	VST1 [a.S4, b.S4, c.S4, d.S4], (R20)                 \
	ADD  R9, R20                                         \
	SUBS $1, R21                                         \
	BEQ  advance

// func panelNEON(m, k int, a *float32, tile, row, col int, b *float32, ldb int, c *float32, add bool, ldc int)
TEXT ·panelNEON(SB), NOSPLIT, $0-88
	MOVD  m+0(FP), R0
	MOVD  k+8(FP), R1
	MOVD  a+16(FP), R2
	MOVD  tile+24(FP), R3
	MOVD  row+32(FP), R4
	MOVD  col+40(FP), R5
	MOVD  b+48(FP), R6
	MOVD  ldb+56(FP), R7
	MOVD  c+64(FP), R8
	MOVBU add+72(FP), R19
	MOVD  ldc+80(FP), R9
	LSL   $2, R3
	LSL   $2, R4
	LSL   $2, R5
	LSL   $2, R7
	LSL   $2, R9

tile:
	MOVD R2, R10
	ADD  R4, R10, R11
	CMP  $1, R0
	CSEL GT, R11, R10, R11
	ADD  R4, R11, R12
	CMP  $2, R0
	CSEL GT, R12, R11, R12
	ADD  R4, R12, R13
	CMP  $3, R0
	CSEL GT, R13, R12, R13
	ADD  R4, R13, R14
	CMP  $4, R0
	CSEL GT, R14, R13, R14
	ADD  R4, R14, R15
	CMP  $5, R0
	CSEL GT, R15, R14, R15
	ZERO4(V8, V9, V10, V11)
	ZERO4(V12, V13, V14, V15)
	ZERO4(V16, V17, V18, V19)
	ZERO4(V20, V21, V22, V23)
	ZERO4(V24, V25, V26, V27)
	ZERO4(V28, V29, V30, V31)
	MOVD R6, R16
	MOVD R1, R17

step:
	VLD1 (R16), [V0.S4, V1.S4, V2.S4, V3.S4]
	ADD  R7, R16
	ROW(R10, V4, V8, V9, V10, V11)
	ROW(R11, V5, V12, V13, V14, V15)
	ROW(R12, V6, V16, V17, V18, V19)
	ROW(R13, V7, V20, V21, V22, V23)
	ROW(R14, V4, V24, V25, V26, V27)
	ROW(R15, V5, V28, V29, V30, V31)
	SUBS $1, R17
	BNE  step

	MOVD R8, R20
	MOVD $6, R21
	CMP  R21, R0
	CSEL LT, R0, R21, R21
	PUT(V8, V9, V10, V11, 8, put0)
	PUT(V12, V13, V14, V15, 12, put1)
	PUT(V16, V17, V18, V19, 16, put2)
	PUT(V20, V21, V22, V23, 20, put3)
	PUT(V24, V25, V26, V27, 24, put4)
	PUT(V28, V29, V30, V31, 28, put5)

advance:
	ADD  R3, R2
	MOVD $6, R21
	MADD R21, R8, R9, R8
	SUBS $6, R0
	BGT  tile
	RET
