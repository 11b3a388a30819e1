#include "textflag.h"

// The panel kernel for AVX-512: tiles of 12 x 32 elements of C, two panels of B
// at a time, held in 24 of the 32 registers.
//
//	for each tile of twelve rows of A (the last may have fewer)
//	    acc[12][32] = 0
//	    for p in 0..k-1
//	        b[32] = B[p], right of it B[p] of the next panel
//	        for i in 0..11: acc[i] += A(i,p) b    one broadcast, two FMAs
//	    C = acc  or  C = C + acc                  masked when cols < 32
//
// An element is the same chain of FMAs as in the AVX2 kernel and so has the same
// bits. A step is 45 instructions for 12 cycles of FMA work; two of them ask for
// the rows of the panels that come next.
//
//	DI  the tile of A: rows 0-5, and 6-11 a tile of six further on
//	AX  cursor in rows 0-5           BX  cursor in rows 6-11
//	R8, R9, R10  once, three and five times the bytes between rows of A
//	R11 bytes between its columns    CX  steps left, later rows to store
//	SI  C, the row to store next     DX  cursor in B
//	R12 bytes between rows of B      R13 bytes to its right half
//	R14 bytes to the next panels     R15 and to the right half there
//	Z0, Z1 row of B    Z2, Z3 elements of A    K1, K2 masks of the two halves
//	Z8 .. Z31 acc, row i in Z(8+2i) and Z(9+2i)
//
// The rows left are counted in the argument m.

#define LOADB \
	VMOVUPS (DX), Z0         \
	VMOVUPS (DX)(R13*1), Z1  \
	ADDQ    R12, DX

#define ROW(at, s, lo, hi) \
	VBROADCASTSS at, s         \
	VFMADD231PS  Z0, s, lo     \
	VFMADD231PS  Z1, s, hi

// STEPn is a step of a tile of n rows.
#define STEP1 LOADB ROW((AX), Z2, Z8, Z9)
#define STEP2 STEP1 ROW((AX)(R8*1), Z3, Z10, Z11)
#define STEP3 STEP2 ROW((AX)(R8*2), Z2, Z12, Z13)
#define STEP4 STEP3 ROW((AX)(R9*1), Z3, Z14, Z15)
#define STEP5 STEP4 ROW((AX)(R8*4), Z2, Z16, Z17)
#define STEP6 STEP5 ROW((AX)(R10*1), Z3, Z18, Z19)
#define STEP7 STEP6 ROW((BX), Z2, Z20, Z21)
#define STEP8 STEP7 ROW((BX)(R8*1), Z3, Z22, Z23)
#define STEP9 STEP8 ROW((BX)(R8*2), Z2, Z24, Z25)
#define STEP10 STEP9 ROW((BX)(R9*1), Z3, Z26, Z27)
#define STEP11 STEP10 ROW((BX)(R8*4), Z2, Z28, Z29)
#define STEP12 STEP11 ROW((BX)(R10*1), Z3, Z30, Z31)

#define NEXTP(loop) \
	PREFETCHT1 (DX)(R14*1) \
	PREFETCHT1 (DX)(R15*1) \
	ADDQ R11, AX \
	ADDQ R11, BX \
	DECQ CX      \
	JNZ  loop    \
	JMP  store

#define ZERO(lo, hi) \
	VPXORD lo, lo, lo \
	VPXORD hi, hi, hi

// ASKC asks for a row of C, which is wanted after the loop.
#define ASKC \
	PREFETCHT0 (DX)   \
	PREFETCHT0 64(DX) \
	ADDQ       CX, DX

// One row of C, each a way to leave when the tile has no more rows.
#define NEXTROW \
	ADDQ AX, SI  \
	DECQ CX      \
	JZ   advance

#define SET(lo, hi) \
	VMOVUPS lo, (SI)   \
	VMOVUPS hi, 64(SI) \
	NEXTROW

#define ADD(lo, hi) \
	VADDPS (SI), lo, lo   \
	VADDPS 64(SI), hi, hi \
	SET(lo, hi)

#define MASKSET(lo, hi) \
	VMOVUPS lo, K1, (SI)   \
	VMOVUPS hi, K2, 64(SI) \
	NEXTROW

#define MASKADD(lo, hi) \
	VMOVUPS.Z (SI), K1, Z0   \
	VMOVUPS.Z 64(SI), K2, Z1 \
	VADDPS    Z0, lo, lo     \
	VADDPS    Z1, hi, hi     \
	MASKSET(lo, hi)

#define ROWS(WAY) \
	WAY(Z8, Z9)   \
	WAY(Z10, Z11) \
	WAY(Z12, Z13) \
	WAY(Z14, Z15) \
	WAY(Z16, Z17) \
	WAY(Z18, Z19) \
	WAY(Z20, Z21) \
	WAY(Z22, Z23) \
	WAY(Z24, Z25) \
	WAY(Z26, Z27) \
	WAY(Z28, Z29) \
	WAY(Z30, Z31)

// func panelAVX512(m, k, cols int, a *float32, tile, row, col int, b *float32, ldb, right int, c *float32, ldc int, add bool, ahead int)
TEXT ·panelAVX512(SB), NOSPLIT, $0-112
	MOVQ  cols+16(FP), CX
	MOVQ  $1, AX
	SHLQ  CX, AX
	DECQ  AX
	KMOVW AX, K1
	SHRQ  $16, AX
	KMOVW AX, K2
	MOVQ  a+24(FP), DI
	MOVQ  row+40(FP), R8
	MOVQ  col+48(FP), R11
	MOVQ  ldb+64(FP), R12
	MOVQ  right+72(FP), R13
	MOVQ  c+80(FP), SI
	MOVQ  ahead+104(FP), R14
	LEAQ  (R14)(R13*1), R15
	SHLQ  $2, R8
	SHLQ  $2, R11
	SHLQ  $2, R12
	SHLQ  $2, R13
	SHLQ  $2, R14
	SHLQ  $2, R15
	LEAQ  (R8)(R8*2), R9
	LEAQ  (R8)(R8*4), R10

tile:
	ZERO(Z8, Z9)
	ZERO(Z10, Z11)
	ZERO(Z12, Z13)
	ZERO(Z14, Z15)
	ZERO(Z16, Z17)
	ZERO(Z18, Z19)
	ZERO(Z20, Z21)
	ZERO(Z22, Z23)
	ZERO(Z24, Z25)
	ZERO(Z26, Z27)
	ZERO(Z28, Z29)
	ZERO(Z30, Z31)
	MOVQ DI, AX
	MOVQ tile+32(FP), BX
	LEAQ (DI)(BX*4), BX
	CMPQ m+0(FP), $12
	JLT  fewer
	MOVQ ldc+88(FP), CX
	SHLQ $2, CX
	MOVQ SI, DX
	ASKC
	ASKC
	ASKC
	ASKC
	ASKC
	ASKC
	ASKC
	ASKC
	ASKC
	ASKC
	ASKC
	ASKC
	MOVQ k+8(FP), CX
	MOVQ b+56(FP), DX

	PCALIGN $64
twelve:
	STEP12
	NEXTP(twelve)

fewer:
	MOVQ k+8(FP), CX
	MOVQ b+56(FP), DX
	CMPQ m+0(FP), $1
	JEQ  one
	CMPQ m+0(FP), $2
	JEQ  two
	CMPQ m+0(FP), $3
	JEQ  three
	CMPQ m+0(FP), $4
	JEQ  four
	CMPQ m+0(FP), $5
	JEQ  five
	CMPQ m+0(FP), $6
	JEQ  six
	CMPQ m+0(FP), $7
	JEQ  seven
	CMPQ m+0(FP), $8
	JEQ  eight
	CMPQ m+0(FP), $9
	JEQ  nine
	CMPQ m+0(FP), $10
	JEQ  ten
	CMPQ m+0(FP), $11
	JEQ  eleven

one:
	STEP1
	NEXTP(one)

two:
	STEP2
	NEXTP(two)

three:
	STEP3
	NEXTP(three)

four:
	STEP4
	NEXTP(four)

five:
	STEP5
	NEXTP(five)

six:
	STEP6
	NEXTP(six)

seven:
	STEP7
	NEXTP(seven)

eight:
	STEP8
	NEXTP(eight)

nine:
	STEP9
	NEXTP(nine)

ten:
	STEP10
	NEXTP(ten)

eleven:
	STEP11
	NEXTP(eleven)

store:
	MOVQ    $12, CX
	MOVQ    m+0(FP), AX
	CMPQ    AX, CX
	CMOVQLT AX, CX
	MOVQ    ldc+88(FP), AX
	SHLQ    $2, AX
	CMPQ    cols+16(FP), $32
	JLT     masked
	CMPB    add+96(FP), $0
	JEQ     set
	ROWS(ADD)

set:
	ROWS(SET)

masked:
	CMPB add+96(FP), $0
	JEQ  maskset
	ROWS(MASKADD)

maskset:
	ROWS(MASKSET)

advance:
	MOVQ tile+32(FP), AX
	LEAQ (DI)(AX*8), DI
	SUBQ $12, m+0(FP)
	JGT  tile
	VZEROUPPER
	RET
