#include "textflag.h"

// Packing: copies that bring what the panel kernel reads next to each other.

// packRows copies rows to panels of 16 columns that lie step apart, a whole
// row at a time, because memory is read fastest in the order it lies in.
//
//	for p in 0..k-1, q in 0..(cols-1)/16:
//	    dst[q step + 16p .. +15] = src[p ld + 16q .. ], zero from cols on
//
//	DI the row in the first panel   R10 cursor in it   R9 bytes between panels
//	SI the row in src               DX cursor in it    R8 bytes between rows
//	CX rows left   R12 whole panels   R11 of them left   R13 columns left over
//	Y2, Y3 masks of the columns left over
//
// func packRowsAVX2(dst *float32, step, k, cols int, src *float32, ld int)
TEXT ·packRowsAVX2(SB), NOSPLIT, $0-48
	MOVQ    dst+0(FP), DI
	MOVQ    step+8(FP), R9
	MOVQ    k+16(FP), CX
	MOVQ    cols+24(FP), R13
	MOVQ    src+32(FP), SI
	MOVQ    ld+40(FP), R8
	SHLQ    $2, R9
	SHLQ    $2, R8
	MOVQ    R13, R12
	SHRQ    $4, R12
	ANDQ    $15, R13
	LEAQ    ·maskTable+64(SB), BX
	LEAQ    (R13*4), AX
	SUBQ    AX, BX
	VMOVUPS (BX), Y2
	VMOVUPS 32(BX), Y3

row:
	MOVQ  DI, R10
	MOVQ  SI, DX
	MOVQ  R12, R11
	TESTQ R11, R11
	JZ    over

whole:
	VMOVUPS (DX), Y0
	VMOVUPS 32(DX), Y1
	VMOVUPS Y0, (R10)
	VMOVUPS Y1, 32(R10)
	ADDQ    $64, DX
	ADDQ    R9, R10
	DECQ    R11
	JNZ     whole

over:
	TESTQ      R13, R13
	JZ         next
	VMASKMOVPS (DX), Y2, Y0
	VMASKMOVPS 32(DX), Y3, Y1
	VMOVUPS    Y0, (R10)
	VMOVUPS    Y1, 32(R10)

next:
	ADDQ R8, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  row
	VZEROUPPER
	RET

// packSix copies rows of up to six elements, eight at a time: the two in
// excess are zero and the next row overwrites them.
//
//	for p in 0..k-1: dst[6p .. 6p+7] = src[p ld .. ], zero from rows on
//
//	DI dst   SI src   R8 bytes between rows   CX rows left
//	Y2 mask
//
// func packSixAVX2(dst *float32, k, rows int, src *float32, ld int)
TEXT ·packSixAVX2(SB), NOSPLIT, $0-40
	MOVQ    dst+0(FP), DI
	MOVQ    k+8(FP), CX
	MOVQ    rows+16(FP), AX
	MOVQ    src+24(FP), SI
	MOVQ    ld+32(FP), R8
	SHLQ    $2, R8
	LEAQ    ·maskTable+64(SB), BX
	SHLQ    $2, AX
	SUBQ    AX, BX
	VMOVUPS (BX), Y2

six:
	VMASKMOVPS (SI), Y2, Y0
	VMOVUPS    Y0, (DI)
	ADDQ       R8, SI
	ADDQ       $24, DI
	DECQ       CX
	JNZ        six
	VZEROUPPER
	RET

// TRANSPOSE turns the 8 x 8 matrix with rows Y0 .. Y7 over its diagonal:
// pairs, then fours, then halves. The result is in Y8 .. Y15.
#define TRANSPOSE \
	VUNPCKLPS  Y1, Y0, Y8          \
	VUNPCKHPS  Y1, Y0, Y9          \
	VUNPCKLPS  Y3, Y2, Y10         \
	VUNPCKHPS  Y3, Y2, Y11         \
	VUNPCKLPS  Y5, Y4, Y12         \
	VUNPCKHPS  Y5, Y4, Y13         \
	VUNPCKLPS  Y7, Y6, Y14         \
	VUNPCKHPS  Y7, Y6, Y15         \
	VSHUFPS    $0x44, Y10, Y8, Y0  \
	VSHUFPS    $0xEE, Y10, Y8, Y1  \
	VSHUFPS    $0x44, Y11, Y9, Y2  \
	VSHUFPS    $0xEE, Y11, Y9, Y3  \
	VSHUFPS    $0x44, Y14, Y12, Y4 \
	VSHUFPS    $0xEE, Y14, Y12, Y5 \
	VSHUFPS    $0x44, Y15, Y13, Y6 \
	VSHUFPS    $0xEE, Y15, Y13, Y7 \
	VPERM2F128 $0x20, Y4, Y0, Y8   \
	VPERM2F128 $0x20, Y5, Y1, Y9   \
	VPERM2F128 $0x20, Y6, Y2, Y10  \
	VPERM2F128 $0x20, Y7, Y3, Y11  \
	VPERM2F128 $0x31, Y4, Y0, Y12  \
	VPERM2F128 $0x31, Y5, Y1, Y13  \
	VPERM2F128 $0x31, Y6, Y2, Y14  \
	VPERM2F128 $0x31, Y7, Y3, Y15

// NEXTSOURCE steps DX to the next row of src, but not past the last one: the
// columns beyond it are never used, so they may repeat it.
#define NEXTSOURCE(to) \
	DECQ    R15    \
	CMOVQEQ AX, R14 \
	ADDQ    R14, DX \
	MOVQ    DX, to

// PUT writes one row of the last, incomplete block.
#define PUT(y) \
	VMOVUPS y, (DI) \
	ADDQ    $64, DI \
	DECQ    CX      \
	JZ      done

// packEight transposes eight rows of src (fewer: rows) into eight columns of a
// panel.
//
//	for p in 0..k-1, j in 0..7: dst[16p + j] = src[min(j, rows-1) ld + p]
//
//	DI dst   CX steps left   SI offset of the step in a row (bytes)
//	R8 R9 R10 R11 R12 R13 BX DX  the eight rows of src
//
// func packEightAVX2(dst *float32, k, rows int, src *float32, ld int)
TEXT ·packEightAVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ k+8(FP), CX
	MOVQ rows+16(FP), R15
	MOVQ src+24(FP), DX
	MOVQ ld+32(FP), R14
	SHLQ $2, R14
	XORQ AX, AX
	XORQ SI, SI
	MOVQ DX, R8
	NEXTSOURCE(R9)
	NEXTSOURCE(R10)
	NEXTSOURCE(R11)
	NEXTSOURCE(R12)
	NEXTSOURCE(R13)
	NEXTSOURCE(BX)
	NEXTSOURCE(DX)
	SUBQ $8, CX
	JLT  rest

eight:
	VMOVUPS (R8)(SI*1), Y0
	VMOVUPS (R9)(SI*1), Y1
	VMOVUPS (R10)(SI*1), Y2
	VMOVUPS (R11)(SI*1), Y3
	VMOVUPS (R12)(SI*1), Y4
	VMOVUPS (R13)(SI*1), Y5
	VMOVUPS (BX)(SI*1), Y6
	VMOVUPS (DX)(SI*1), Y7
	TRANSPOSE
	VMOVUPS Y8, (DI)
	VMOVUPS Y9, 64(DI)
	VMOVUPS Y10, 128(DI)
	VMOVUPS Y11, 192(DI)
	VMOVUPS Y12, 256(DI)
	VMOVUPS Y13, 320(DI)
	VMOVUPS Y14, 384(DI)
	VMOVUPS Y15, 448(DI)
	ADDQ    $512, DI
	ADDQ    $32, SI
	SUBQ    $8, CX
	JGE     eight

rest:
	ADDQ       $8, CX
	JZ         done
	LEAQ       ·maskTable+64(SB), AX
	LEAQ       (CX*4), R14
	SUBQ       R14, AX
	VMOVUPS    (AX), Y8
	VMASKMOVPS (R8)(SI*1), Y8, Y0
	VMASKMOVPS (R9)(SI*1), Y8, Y1
	VMASKMOVPS (R10)(SI*1), Y8, Y2
	VMASKMOVPS (R11)(SI*1), Y8, Y3
	VMASKMOVPS (R12)(SI*1), Y8, Y4
	VMASKMOVPS (R13)(SI*1), Y8, Y5
	VMASKMOVPS (BX)(SI*1), Y8, Y6
	VMASKMOVPS (DX)(SI*1), Y8, Y7
	TRANSPOSE
	PUT(Y8)
	PUT(Y9)
	PUT(Y10)
	PUT(Y11)
	PUT(Y12)
	PUT(Y13)
	PUT(Y14)

done:
	VZEROUPPER
	RET
