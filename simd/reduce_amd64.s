#include "textflag.h"
#include "vec_amd64.h"

// Reductions: four vectors of partial results Y0 .. Y3, each over every fourth
// group of eight elements, so that one addition need not wait for the last.
// What is left over goes to Y0. SI and DX are the operands, AX the index, CX
// the elements left.
//
//	while CX >= 32: four steps, into Y0, Y1, Y2, Y3
//	while CX >= 8:  one step, into Y0
//	if CX > 0:      one masked step, into Y0

#define REDUCE(STEP, LAST) \
	XORQ AX, AX   \
	SUBQ $32, CX  \
	JLT  few      \
many:             \
	STEP(0, Y0)   \
	STEP(32, Y1)  \
	STEP(64, Y2)  \
	STEP(96, Y3)  \
	ADDQ $32, AX  \
	SUBQ $32, CX  \
	JGE  many     \
few:              \
	ADDQ $24, CX  \
	JLT  rest     \
eight:            \
	STEP(0, Y0)   \
	ADDQ $8, AX   \
	SUBQ $8, CX   \
	JGE  eight    \
rest:             \
	ADDQ $8, CX   \
	JZ   done     \
	MASK          \
	LAST          \
done:

#define ZERO4 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3

#define TOTAL \
	VADDPS Y1, Y0, Y0 \
	VADDPS Y3, Y2, Y2 \
	VADDPS Y2, Y0, Y0 \
	SUM8

#define DOT(at, acc) \
	VMOVUPS     at(SI)(AX*4), Y4      \
	VFMADD231PS at(DX)(AX*4), Y4, acc

#define DOTLAST \
	VMASKMOVPS  (SI)(AX*4), Y15, Y4 \
	VMASKMOVPS  (DX)(AX*4), Y15, Y5 \
	VFMADD231PS Y5, Y4, Y0

// func dotAVX2(a, b []float32) float32
TEXT ·dotAVX2(SB), NOSPLIT, $0-52
	MOVQ   a_base+0(FP), SI
	MOVQ   a_len+8(FP), CX
	MOVQ   b_base+24(FP), DX
	ZERO4
	REDUCE(DOT, DOTLAST)
	TOTAL
	VMOVSS X0, ret+48(FP)
	VZEROUPPER
	RET

#define SUM(at, acc) \
	VADDPS at(SI)(AX*4), acc, acc

#define SUMLAST \
	VMASKMOVPS (SI)(AX*4), Y15, Y4 \
	VADDPS     Y4, Y0, Y0

// func sumAVX2(a []float32) float32
TEXT ·sumAVX2(SB), NOSPLIT, $0-28
	MOVQ   a_base+0(FP), SI
	MOVQ   a_len+8(FP), CX
	ZERO4
	REDUCE(SUM, SUMLAST)
	TOTAL
	VMOVSS X0, ret+24(FP)
	VZEROUPPER
	RET

// Y6 is the mean. The mask is applied to the difference: an element that is
// not there must not count as mean².
#define SQUARE(at, acc) \
	VMOVUPS     at(SI)(AX*4), Y4 \
	VSUBPS      Y6, Y4, Y4       \
	VFMADD231PS Y4, Y4, acc

#define SQUARELAST \
	VMASKMOVPS  (SI)(AX*4), Y15, Y4 \
	VSUBPS      Y6, Y4, Y4          \
	VANDPS      Y15, Y4, Y4         \
	VFMADD231PS Y4, Y4, Y0

// func sumSquaresAVX2(x []float32, mean float32) float32
TEXT ·sumSquaresAVX2(SB), NOSPLIT, $0-36
	MOVQ         x_base+0(FP), SI
	MOVQ         x_len+8(FP), CX
	VBROADCASTSS mean+24(FP), Y6
	ZERO4
	REDUCE(SQUARE, SQUARELAST)
	TOTAL
	VMOVSS       X0, ret+32(FP)
	VZEROUPPER
	RET

DATA ·minusInf+0(SB)/4, $0xff800000
GLOBL ·minusInf(SB), RODATA|NOPTR, $4

// VMAXPS forgets a NaN when a number follows, so Y7 remembers where one was.
// Y6 is -Inf, the value of an element that is not there.
#define MAX(at, acc) \
	VMOVUPS at(SI)(AX*4), Y4 \
	VCMPPS  $3, Y4, Y4, Y5   \
	VORPS   Y5, Y7, Y7       \
	VMAXPS  Y4, acc, acc

#define MAXLAST \
	VMASKMOVPS (SI)(AX*4), Y15, Y4 \
	VBLENDVPS  Y15, Y4, Y6, Y4     \
	VCMPPS     $3, Y4, Y4, Y5      \
	VORPS      Y5, Y7, Y7          \
	VMAXPS     Y4, Y0, Y0

// func maximumAVX2(a []float32) float32
TEXT ·maximumAVX2(SB), NOSPLIT, $0-28
	MOVQ         a_base+0(FP), SI
	MOVQ         a_len+8(FP), CX
	VBROADCASTSS ·minusInf(SB), Y6
	VXORPS       Y7, Y7, Y7
	VMOVAPS      Y6, Y0
	VMOVAPS      Y6, Y1
	VMOVAPS      Y6, Y2
	VMOVAPS      Y6, Y3
	REDUCE(MAX, MAXLAST)
	VMAXPS       Y1, Y0, Y0
	VMAXPS       Y3, Y2, Y2
	VMAXPS       Y2, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VMAXPS       X1, X0, X0
	VMOVHLPS     X0, X0, X1
	VMAXPS       X1, X0, X0
	VMOVSHDUP    X0, X1
	VMAXSS       X1, X0, X0
	VMOVMSKPS    Y7, AX
	TESTL        AX, AX
	JZ           ordered
	VPCMPEQD     X0, X0, X0

ordered:
	VMOVSS X0, ret+24(FP)
	VZEROUPPER
	RET
