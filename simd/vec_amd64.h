// Shared by the vector routines: they walk eight elements at a time, AX being
// the index, and finish with a masked step, so that nothing outside the slices
// is read or written.
//
//	CX = length
//	WALK(body, last):
//	    for AX = 0; CX >= 8; AX += 8, CX -= 8: body
//	    if CX > 0: Y15 = mask of CX elements; last

#define MASK \
	LEAQ    ·maskTable+64(SB), BX \
	LEAQ    (CX*4), R9            \
	SUBQ    R9, BX                \
	VMOVUPS (BX), Y15

#define WALK(BODY, LAST) \
	XORQ AX, AX  \
	SUBQ $8, CX  \
	JLT  rest    \
eight:           \
	BODY         \
	ADDQ $8, AX  \
	SUBQ $8, CX  \
	JGE  eight   \
rest:            \
	ADDQ $8, CX  \
	JZ   done    \
	MASK         \
	LAST         \
done:

// SUM8 adds the eight lanes of Y0 into the low lane of X0; X1 is lost.
#define SUM8 \
	VEXTRACTF128 $1, Y0, X1  \
	VADDPS       X1, X0, X0  \
	VMOVHLPS     X0, X0, X1  \
	VADDPS       X1, X0, X0  \
	VMOVSHDUP    X0, X1      \
	VADDSS       X1, X0, X0
