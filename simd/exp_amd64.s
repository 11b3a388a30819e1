#include "textflag.h"
#include "vec_amd64.h"

// The exponential of exp_generic.go for eight numbers at a time, and the
// routines made of it.

// Each constant fills a vector: EIGHT repeats it. The order is that of the
// names below, 32 bytes apart.
#define EIGHT(at, v) \
	DATA ·expTable+(at+0)(SB)/4, v  \
	DATA ·expTable+(at+4)(SB)/4, v  \
	DATA ·expTable+(at+8)(SB)/4, v  \
	DATA ·expTable+(at+12)(SB)/4, v \
	DATA ·expTable+(at+16)(SB)/4, v \
	DATA ·expTable+(at+20)(SB)/4, v \
	DATA ·expTable+(at+24)(SB)/4, v \
	DATA ·expTable+(at+28)(SB)/4, v

EIGHT(0, $0xc2d00000) // low = -104
EIGHT(32, $0x42b20000) // high = 89
EIGHT(64, $0x3fb8aa3b) // log2e = 1.4426950408889634
EIGHT(96, $0x3f318000) // ln2Hi = 0.693359375
EIGHT(128, $0xb95e8083) // ln2Lo = -0.00021219444
EIGHT(160, $0x39506967) // c7 = 0.000198756915
EIGHT(192, $0x3ab743ce) // c6 = 0.0013981999507
EIGHT(224, $0x3c088908) // c5 = 0.0083334519073
EIGHT(256, $0x3d2aa9c1) // c4 = 0.041665795894
EIGHT(288, $0x3e2aaaaa) // c3 = 0.16666665459
EIGHT(320, $0x3f000000) // c2 = 0.50000001201
EIGHT(352, $0x3f800000) // one = 1.0
EIGHT(384, $127) // bias
EIGHT(416, $0x3fd9db23) // slope = 1.702
EIGHT(448, $0xbfd9db23) // minusSlope = -1.702
GLOBL ·expTable(SB), RODATA|NOPTR, $480

#define log2e 64(R8)
#define ln2Hi 96(R8)
#define ln2Lo 128(R8)
#define c7 160(R8)
#define c6 192(R8)
#define c5 224(R8)
#define c4 256(R8)
#define c3 288(R8)
#define c2 320(R8)
#define one 352(R8)
#define bias 384(R8)
#define slope 416(R8)
#define minusSlope 448(R8)

#define EXPTABLE \
	LEAQ    ·expTable(SB), R8 \
	VMOVUPS (R8), Y14         \
	VMOVUPS 32(R8), Y13

// EXP replaces Y0 by its exponential; Y1, Y2, Y3 are lost. Y14 and Y13 hold
// the bounds. A NaN passes them because it is the second source (the first in
// Go's order), which the instructions return when they cannot compare.
//
//	x = min(max(x, low), high)
//	n = round(x log2e);  r = x - n ln2Hi - n ln2Lo
//	q = ((((c7 r + c6) r + c5) r + c4) r + c3) r + c2
//	y = q r² + r + 1
//	y 2^(n>>1) 2^(n-(n>>1))
#define EXP \
	VMAXPS       Y0, Y14, Y0    \
	VMINPS       Y0, Y13, Y0    \
	VMULPS       log2e, Y0, Y1  \
	VROUNDPS     $8, Y1, Y1     \
	VFNMADD231PS ln2Hi, Y1, Y0  \
	VFNMADD231PS ln2Lo, Y1, Y0  \
	VMOVUPS      c7, Y2         \
	VFMADD213PS  c6, Y0, Y2     \
	VFMADD213PS  c5, Y0, Y2     \
	VFMADD213PS  c4, Y0, Y2     \
	VFMADD213PS  c3, Y0, Y2     \
	VFMADD213PS  c2, Y0, Y2     \
	VMULPS       Y0, Y0, Y3     \
	VFMADD231PS  Y3, Y2, Y0     \
	VADDPS       one, Y0, Y0    \
	VCVTPS2DQ    Y1, Y1         \
	VPSRAD       $1, Y1, Y2     \
	VPSUBD       Y2, Y1, Y1     \
	VPADDD       bias, Y2, Y2   \
	VPADDD       bias, Y1, Y1   \
	VPSLLD       $23, Y2, Y2    \
	VPSLLD       $23, Y1, Y1    \
	VMULPS       Y2, Y0, Y0     \
	VMULPS       Y1, Y0, Y0

// dst = e^((x - Y5) Y6), Y4 += dst
#define EXPSUM \
	VMOVUPS (SI)(AX*4), Y0 \
	VSUBPS  Y5, Y0, Y0     \
	VMULPS  Y6, Y0, Y0     \
	EXP                    \
	VADDPS  Y0, Y4, Y4     \
	VMOVUPS Y0, (DI)(AX*4)

#define EXPSUMLAST \
	VMASKMOVPS (SI)(AX*4), Y15, Y0 \
	VSUBPS     Y5, Y0, Y0          \
	VMULPS     Y6, Y0, Y0          \
	EXP                            \
	VANDPS     Y15, Y0, Y0         \
	VADDPS     Y0, Y4, Y4          \
	VMASKMOVPS Y0, Y15, (DI)(AX*4)

// func expSumAVX2(dst, src []float32, shift, scale float32) float32
TEXT ·expSumAVX2(SB), NOSPLIT, $0-60
	MOVQ         dst_base+0(FP), DI
	MOVQ         src_base+24(FP), SI
	MOVQ         src_len+32(FP), CX
	VBROADCASTSS shift+48(FP), Y5
	VBROADCASTSS scale+52(FP), Y6
	VXORPS       Y4, Y4, Y4
	EXPTABLE
	WALK(EXPSUM, EXPSUMLAST)
	VMOVAPS      Y4, Y0
	SUM8
	VMOVSS       X0, ret+56(FP)
	VZEROUPPER
	RET

// Y0 = z / (1 + e^(-1.702 z)) for z = Y4
#define GELU \
	VMULPS minusSlope, Y4, Y0 \
	EXP                       \
	VADDPS one, Y0, Y0        \
	VDIVPS Y0, Y4, Y0

#define GELUBODY \
	VMOVUPS (SI)(AX*4), Y4 \
	GELU                   \
	VMOVUPS Y0, (DI)(AX*4)

#define GELULAST \
	VMASKMOVPS (SI)(AX*4), Y15, Y4 \
	GELU                           \
	VMASKMOVPS Y0, Y15, (DI)(AX*4)

// func quickGELUAVX2(dst, src []float32)
TEXT ·quickGELUAVX2(SB), NOSPLIT, $0-48
	MOVQ dst_base+0(FP), DI
	MOVQ src_base+24(FP), SI
	MOVQ src_len+32(FP), CX
	EXPTABLE
	WALK(GELUBODY, GELULAST)
	VZEROUPPER
	RET

// Y0 = s + 1.702 z (s (1 - s)) for z = Y4 and s = 1 / (1 + e^(-1.702 z))
#define SLOPE \
	VMULPS      minusSlope, Y4, Y0 \
	EXP                            \
	VMOVUPS     one, Y1            \
	VADDPS      Y1, Y0, Y0         \
	VDIVPS      Y0, Y1, Y0         \
	VSUBPS      Y0, Y1, Y1         \
	VMULPS      Y0, Y1, Y1         \
	VMULPS      slope, Y4, Y4      \
	VFMADD231PS Y1, Y4, Y0

#define GRADBODY \
	VMOVUPS (SI)(AX*4), Y4     \
	SLOPE                      \
	VMULPS  (DX)(AX*4), Y0, Y0 \
	VMOVUPS Y0, (DI)(AX*4)

#define GRADLAST \
	VMASKMOVPS (SI)(AX*4), Y15, Y4 \
	SLOPE                          \
	VMASKMOVPS (DX)(AX*4), Y15, Y1 \
	VMULPS     Y1, Y0, Y0          \
	VMASKMOVPS Y0, Y15, (DI)(AX*4)

// func quickGELUGradAVX2(dx, dy, z []float32)
TEXT ·quickGELUGradAVX2(SB), NOSPLIT, $0-72
	MOVQ dx_base+0(FP), DI
	MOVQ dy_base+24(FP), DX
	MOVQ z_base+48(FP), SI
	MOVQ z_len+56(FP), CX
	EXPTABLE
	WALK(GRADBODY, GRADLAST)
	VZEROUPPER
	RET
