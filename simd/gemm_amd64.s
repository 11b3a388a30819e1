#include "textflag.h"

// The panel kernel: tiles of 6 x 16 elements of C, held in twelve registers.
//
//	for each tile of six rows of A (the last may have fewer)
//	    acc[6][16] = 0
//	    for p in 0..k-1
//	        b[16] = B[p]                          two vector loads
//	        for i in 0..5: acc[i] += A(i,p) b     one broadcast, two FMAs
//	    C = acc  or  C = C + acc                  masked when cols < 16
//
// Twelve independent sums cover the latency of the FMA units (4 cycles, two
// units: eight in flight). A step is 25 instructions for 6 cycles of FMA work;
// one of them asks for the row of the panel that comes next, ahead elements
// from this one, so that it waits in the second-level cache.
//
//	DI  the tile of A         AX  cursor in rows 0-2   BX  cursor in rows 3-5
//	SI  the panel of B        DX  cursor in it         CX  steps left
//	R8  bytes between rows of A      R9  bytes between its columns
//	R10 bytes between rows of B      R12 bytes between rows of C
//	R11 the tile of C         R14 cursor in it         R13 rows left
//	R15 bytes from a row of B to the same row of the next panel
//	Y0, Y1 row of B           Y2, Y3 elements of A, later the masks
//	Y4 .. Y15 acc, row i in Y(4+2i) and Y(5+2i)

// maskTable: the eight words from place 16-n on mask the first n of sixteen
// columns' low half, the next eight the high half.
DATA ·maskTable+0(SB)/8, $-1
DATA ·maskTable+8(SB)/8, $-1
DATA ·maskTable+16(SB)/8, $-1
DATA ·maskTable+24(SB)/8, $-1
DATA ·maskTable+32(SB)/8, $-1
DATA ·maskTable+40(SB)/8, $-1
DATA ·maskTable+48(SB)/8, $-1
DATA ·maskTable+56(SB)/8, $-1
DATA ·maskTable+64(SB)/8, $0
DATA ·maskTable+72(SB)/8, $0
DATA ·maskTable+80(SB)/8, $0
DATA ·maskTable+88(SB)/8, $0
DATA ·maskTable+96(SB)/8, $0
DATA ·maskTable+104(SB)/8, $0
DATA ·maskTable+112(SB)/8, $0
DATA ·maskTable+120(SB)/8, $0
GLOBL ·maskTable(SB), RODATA|NOPTR, $128

#define LOADB \
	VMOVUPS (DX), Y0   \
	VMOVUPS 32(DX), Y1 \
	ADDQ    R10, DX

#define ROW(at, s, lo, hi) \
	VBROADCASTSS at, s         \
	VFMADD231PS  Y0, s, lo     \
	VFMADD231PS  Y1, s, hi

#define NEXTP(loop) \
	PREFETCHT1 (DX)(R15*1) \
	ADDQ R9, AX  \
	ADDQ R9, BX  \
	DECQ CX      \
	JNZ  loop    \
	JMP  store

// One row of C, each a way to leave when the tile has no more rows.
#define NEXTROW \
	ADDQ R12, R14 \
	DECQ CX       \
	JZ   advance

#define SET(lo, hi) \
	VMOVUPS lo, (R14)   \
	VMOVUPS hi, 32(R14) \
	NEXTROW

#define ADD(lo, hi) \
	VADDPS  (R14), lo, lo   \
	VADDPS  32(R14), hi, hi \
	SET(lo, hi)

#define MASKSET(lo, hi) \
	VMASKMOVPS lo, Y2, (R14)   \
	VMASKMOVPS hi, Y3, 32(R14) \
	NEXTROW

#define MASKADD(lo, hi) \
	VMASKMOVPS (R14), Y2, Y0   \
	VMASKMOVPS 32(R14), Y3, Y1 \
	VADDPS     Y0, lo, lo      \
	VADDPS     Y1, hi, hi      \
	MASKSET(lo, hi)

#define ROWS(WAY) \
	WAY(Y4, Y5)   \
	WAY(Y6, Y7)   \
	WAY(Y8, Y9)   \
	WAY(Y10, Y11) \
	WAY(Y12, Y13) \
	WAY(Y14, Y15)

// func panelAVX2(m, k, cols int, a *float32, tile, row, col int, b *float32, ldb int, c *float32, ldc int, add bool, ahead int)
TEXT ·panelAVX2(SB), NOSPLIT, $0-104
	MOVQ m+0(FP), R13
	MOVQ a+24(FP), DI
	MOVQ row+40(FP), R8
	MOVQ col+48(FP), R9
	MOVQ b+56(FP), SI
	MOVQ ldb+64(FP), R10
	MOVQ c+72(FP), R11
	MOVQ ldc+80(FP), R12
	MOVQ ahead+96(FP), R15
	SHLQ $2, R8
	SHLQ $2, R9
	SHLQ $2, R10
	SHLQ $2, R12
	SHLQ $2, R15

tile:
	MOVQ   k+8(FP), CX
	MOVQ   DI, AX
	LEAQ   (R8)(R8*2), BX
	ADDQ   DI, BX
	MOVQ   SI, DX
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	VXORPS Y8, Y8, Y8
	VXORPS Y9, Y9, Y9
	VXORPS Y10, Y10, Y10
	VXORPS Y11, Y11, Y11
	VXORPS Y12, Y12, Y12
	VXORPS Y13, Y13, Y13
	VXORPS Y14, Y14, Y14
	VXORPS Y15, Y15, Y15
	CMPQ   R13, $6
	JLT    fewer

	// C is wanted only after the loop: ask for its lines now.
	MOVQ       R11, R14
	PREFETCHT0 (R14)
	PREFETCHT0 (R14)(R12*1)
	PREFETCHT0 (R14)(R12*2)
	LEAQ       (R14)(R12*2), R14
	PREFETCHT0 (R14)(R12*1)
	PREFETCHT0 (R14)(R12*2)
	LEAQ       (R14)(R12*2), R14
	PREFETCHT0 (R14)(R12*1)

	PCALIGN $32
six:
	LOADB
	ROW((AX), Y2, Y4, Y5)
	ROW((AX)(R8*1), Y3, Y6, Y7)
	ROW((AX)(R8*2), Y2, Y8, Y9)
	ROW((BX), Y3, Y10, Y11)
	ROW((BX)(R8*1), Y2, Y12, Y13)
	ROW((BX)(R8*2), Y3, Y14, Y15)
	NEXTP(six)

fewer:
	CMPQ R13, $4
	JEQ  four
	JGT  five
	CMPQ R13, $2
	JEQ  two
	JGT  three

one:
	LOADB
	ROW((AX), Y2, Y4, Y5)
	NEXTP(one)

two:
	LOADB
	ROW((AX), Y2, Y4, Y5)
	ROW((AX)(R8*1), Y3, Y6, Y7)
	NEXTP(two)

three:
	LOADB
	ROW((AX), Y2, Y4, Y5)
	ROW((AX)(R8*1), Y3, Y6, Y7)
	ROW((AX)(R8*2), Y2, Y8, Y9)
	NEXTP(three)

four:
	LOADB
	ROW((AX), Y2, Y4, Y5)
	ROW((AX)(R8*1), Y3, Y6, Y7)
	ROW((AX)(R8*2), Y2, Y8, Y9)
	ROW((BX), Y3, Y10, Y11)
	NEXTP(four)

five:
	LOADB
	ROW((AX), Y2, Y4, Y5)
	ROW((AX)(R8*1), Y3, Y6, Y7)
	ROW((AX)(R8*2), Y2, Y8, Y9)
	ROW((BX), Y3, Y10, Y11)
	ROW((BX)(R8*1), Y2, Y12, Y13)
	NEXTP(five)

store:
	MOVQ    $6, CX
	CMPQ    R13, CX
	CMOVQLT R13, CX
	MOVQ    R11, R14
	MOVQ    cols+16(FP), AX
	CMPQ    AX, $16
	JLT     masked
	CMPB    add+88(FP), $0
	JEQ     set
	ROWS(ADD)

set:
	ROWS(SET)

masked:
	LEAQ    ·maskTable+64(SB), BX
	SHLQ    $2, AX
	SUBQ    AX, BX
	VMOVUPS (BX), Y2
	VMOVUPS 32(BX), Y3
	CMPB    add+88(FP), $0
	JEQ     maskset
	ROWS(MASKADD)

maskset:
	ROWS(MASKSET)

advance:
	MOVQ tile+32(FP), AX
	LEAQ (DI)(AX*4), DI
	LEAQ (R12)(R12*2), AX
	LEAQ (R11)(AX*2), R11
	SUBQ $6, R13
	JGT  tile
	VZEROUPPER
	RET
