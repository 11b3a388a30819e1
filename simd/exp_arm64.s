#include "textflag.h"

// The exponential of exp_generic.go for four numbers at a time. The assembler
// has no names for most vector instructions on floats; these are their codes.
#define FADD(m, n, d) WORD $(0x4E20D400 | (m)<<16 | (n)<<5 | (d))
#define FSUB(m, n, d) WORD $(0x4EA0D400 | (m)<<16 | (n)<<5 | (d))
#define FMUL(m, n, d) WORD $(0x6E20DC00 | (m)<<16 | (n)<<5 | (d))
#define FMAX(m, n, d) WORD $(0x4E20F400 | (m)<<16 | (n)<<5 | (d))
#define FMIN(m, n, d) WORD $(0x4EA0F400 | (m)<<16 | (n)<<5 | (d))
#define FADDP(m, n, d) WORD $(0x6E20D400 | (m)<<16 | (n)<<5 | (d))
#define FRINTN(n, d) WORD $(0x4E218800 | (n)<<5 | (d)) // to the nearest whole number
#define FCVTNS(n, d) WORD $(0x4E21A800 | (n)<<5 | (d)) // the same, as an integer
#define HALVE(n, d) WORD $(0x4F3F0400 | (n)<<5 | (d))  // integers, arithmetic shift

DATA ·expScalars+0(SB)/4, $0xc2d00000 // low = -104
DATA ·expScalars+4(SB)/4, $0x42b20000 // high = 89
DATA ·expScalars+8(SB)/4, $0x3fb8aa3b // log2e
DATA ·expScalars+12(SB)/4, $0x3f318000 // ln2Hi
DATA ·expScalars+16(SB)/4, $0xb95e8083 // ln2Lo
DATA ·expScalars+20(SB)/4, $0x39506967 // c7
DATA ·expScalars+24(SB)/4, $0x3ab743ce // c6
DATA ·expScalars+28(SB)/4, $0x3c088908 // c5
DATA ·expScalars+32(SB)/4, $0x3d2aa9c1 // c4
DATA ·expScalars+36(SB)/4, $0x3e2aaaaa // c3
DATA ·expScalars+40(SB)/4, $0x3f000000 // c2
DATA ·expScalars+44(SB)/4, $0x3f800000 // one
DATA ·expScalars+48(SB)/4, $127 // bias
GLOBL ·expScalars(SB), RODATA|NOPTR, $52

#define NEXTSCALAR(v) \
	VLD1R (R3), [v.S4] \
	ADD   $4, R3

// dst = e^((src - shift) scale); the result is the sum. n is a multiple of 4.
//
//	x = min(max(x, low), high)
//	n = round(x log2e);  r = x - n ln2Hi - n ln2Lo
//	q = ((((c7 r + c6) r + c5) r + c4) r + c3) r + c2
//	y = q r² + r + 1
//	y 2^(n>>1) 2^(n-(n>>1))
//
//	R0 dst   R1 src   R2 elements left
//	V0 x, r, y   V1 n   V2, V3 q   V4 r²   V5 sum   V6 shift   V7 scale
//	V16 .. V28 the constants, in the order of the table
//
// func expSumNEON(dst, src *float32, n int, shift, scale float32) float32
TEXT ·expSumNEON(SB), NOSPLIT, $0-36
	MOVD  dst+0(FP), R0
	MOVD  src+8(FP), R1
	MOVD  n+16(FP), R2
	MOVD  $shift+24(FP), R3
	VLD1R (R3), [V6.S4]
	MOVD  $scale+28(FP), R3
	VLD1R (R3), [V7.S4]
	MOVD  $·expScalars(SB), R3
	NEXTSCALAR(V16)
	NEXTSCALAR(V17)
	NEXTSCALAR(V18)
	NEXTSCALAR(V19)
	NEXTSCALAR(V20)
	NEXTSCALAR(V21)
	NEXTSCALAR(V22)
	NEXTSCALAR(V23)
	NEXTSCALAR(V24)
	NEXTSCALAR(V25)
	NEXTSCALAR(V26)
	NEXTSCALAR(V27)
	NEXTSCALAR(V28)
	VEOR  V5.B16, V5.B16, V5.B16

four:
	VLD1.P 16(R1), [V0.S4]
	FSUB(6, 0, 0)
	FMUL(7, 0, 0)
	FMAX(16, 0, 0)
	FMIN(17, 0, 0)
	FMUL(18, 0, 1)
	FRINTN(1, 1)
	VFMLS  V19.S4, V1.S4, V0.S4
	VFMLS  V20.S4, V1.S4, V0.S4
	VMOV   V22.B16, V2.B16
	VFMLA  V21.S4, V0.S4, V2.S4
	VMOV   V23.B16, V3.B16
	VFMLA  V2.S4, V0.S4, V3.S4
	VMOV   V24.B16, V2.B16
	VFMLA  V3.S4, V0.S4, V2.S4
	VMOV   V25.B16, V3.B16
	VFMLA  V2.S4, V0.S4, V3.S4
	VMOV   V26.B16, V2.B16
	VFMLA  V3.S4, V0.S4, V2.S4
	FMUL(0, 0, 4)
	VFMLA  V2.S4, V4.S4, V0.S4
	FADD(27, 0, 0)
	FCVTNS(1, 1)
	HALVE(1, 2)
	VSUB   V2.S4, V1.S4, V1.S4
	VADD   V28.S4, V2.S4, V2.S4
	VADD   V28.S4, V1.S4, V1.S4
	VSHL   $23, V2.S4, V2.S4
	VSHL   $23, V1.S4, V1.S4
	FMUL(2, 0, 0)
	FMUL(1, 0, 0)
	FADD(0, 5, 5)
	VST1.P [V0.S4], 16(R0)
	SUBS   $4, R2
	BGT    four

	FADDP(5, 5, 5)
	FADDP(5, 5, 5)
	FMOVS F5, ret+32(FP)
	RET
