#include "textflag.h"
#include "vec_amd64.h"

// Layer normalisation of one row. Y5 is the mean, Y6 the reciprocal standard
// deviation, and x̂ = (x - Y5) Y6.

// y = x̂ gamma + beta: DI y, SI x, DX gamma, R8 beta
#define NORM \
	VMOVUPS     (SI)(AX*4), Y0     \
	VSUBPS      Y5, Y0, Y0         \
	VMULPS      Y6, Y0, Y0         \
	VMOVUPS     (DX)(AX*4), Y1     \
	VFMADD213PS (R8)(AX*4), Y1, Y0 \
	VMOVUPS     Y0, (DI)(AX*4)

#define NORMLAST \
	VMASKMOVPS  (SI)(AX*4), Y15, Y0 \
	VMASKMOVPS  (DX)(AX*4), Y15, Y1 \
	VMASKMOVPS  (R8)(AX*4), Y15, Y2 \
	VSUBPS      Y5, Y0, Y0          \
	VMULPS      Y6, Y0, Y0          \
	VFMADD213PS Y2, Y1, Y0          \
	VMASKMOVPS  Y0, Y15, (DI)(AX*4)

// func normaliseAVX2(y, x, gamma, beta []float32, mean, rstd float32)
TEXT ·normaliseAVX2(SB), NOSPLIT, $0-104
	MOVQ         y_base+0(FP), DI
	MOVQ         x_base+24(FP), SI
	MOVQ         x_len+32(FP), CX
	MOVQ         gamma_base+48(FP), DX
	MOVQ         beta_base+72(FP), R8
	VBROADCASTSS mean+96(FP), Y5
	VBROADCASTSS rstd+100(FP), Y6
	WALK(NORM, NORMLAST)
	VZEROUPPER
	RET

// Y3 += g, Y4 += g x̂ with g = dy gamma: DI dy, SI x, DX gamma
#define SUMS \
	VSUBPS      Y5, Y0, Y0 \
	VMULPS      Y6, Y0, Y0 \
	VADDPS      Y1, Y3, Y3 \
	VFMADD231PS Y1, Y0, Y4

#define SUMSBODY \
	VMOVUPS (SI)(AX*4), Y0     \
	VMOVUPS (DI)(AX*4), Y1     \
	VMULPS  (DX)(AX*4), Y1, Y1 \
	SUMS

#define SUMSLAST \
	VMASKMOVPS (SI)(AX*4), Y15, Y0 \
	VMASKMOVPS (DI)(AX*4), Y15, Y1 \
	VMASKMOVPS (DX)(AX*4), Y15, Y2 \
	VMULPS     Y2, Y1, Y1          \
	SUMS

// func normSumsAVX2(dy, x, gamma []float32, mean, rstd float32) (sumG, sumGX float32)
TEXT ·normSumsAVX2(SB), NOSPLIT, $0-88
	MOVQ         dy_base+0(FP), DI
	MOVQ         x_base+24(FP), SI
	MOVQ         x_len+32(FP), CX
	MOVQ         gamma_base+48(FP), DX
	VBROADCASTSS mean+72(FP), Y5
	VBROADCASTSS rstd+76(FP), Y6
	VXORPS       Y3, Y3, Y3
	VXORPS       Y4, Y4, Y4
	WALK(SUMSBODY, SUMSLAST)
	VMOVAPS      Y3, Y0
	SUM8
	VMOVSS       X0, sumG+80(FP)
	VMOVAPS      Y4, Y0
	SUM8
	VMOVSS       X0, sumGX+84(FP)
	VZEROUPPER
	RET

// Y3 += Y6 (Y1 Y2 - Y7 - x̂ Y8), with dx in Y3, dy in Y1, gamma in Y2, x in Y0
#define GRAD \
	VSUBPS       Y5, Y0, Y0 \
	VMULPS       Y6, Y0, Y0 \
	VFMSUB213PS  Y7, Y2, Y1 \
	VFNMADD231PS Y8, Y0, Y1 \
	VFMADD231PS  Y6, Y1, Y3

#define GRADBODY \
	VMOVUPS (SI)(AX*4), Y0 \
	VMOVUPS (DX)(AX*4), Y1 \
	VMOVUPS (R8)(AX*4), Y2 \
	VMOVUPS (DI)(AX*4), Y3 \
	GRAD                   \
	VMOVUPS Y3, (DI)(AX*4)

#define GRADLAST \
	VMASKMOVPS (SI)(AX*4), Y15, Y0 \
	VMASKMOVPS (DX)(AX*4), Y15, Y1 \
	VMASKMOVPS (R8)(AX*4), Y15, Y2 \
	VMASKMOVPS (DI)(AX*4), Y15, Y3 \
	GRAD                           \
	VMASKMOVPS Y3, Y15, (DI)(AX*4)

// func normGradAVX2(dx, dy, x, gamma []float32, mean, rstd, meanG, meanGX float32)
TEXT ·normGradAVX2(SB), NOSPLIT, $0-112
	MOVQ         dx_base+0(FP), DI
	MOVQ         dy_base+24(FP), DX
	MOVQ         x_base+48(FP), SI
	MOVQ         x_len+56(FP), CX
	MOVQ         gamma_base+72(FP), R8
	VBROADCASTSS mean+96(FP), Y5
	VBROADCASTSS rstd+100(FP), Y6
	VBROADCASTSS meanG+104(FP), Y7
	VBROADCASTSS meanGX+108(FP), Y8
	WALK(GRADBODY, GRADLAST)
	VZEROUPPER
	RET

// Y3 += dy x̂: DI dGamma, DX dy, SI x
#define GAMMABODY \
	VMOVUPS     (SI)(AX*4), Y0     \
	VSUBPS      Y5, Y0, Y0         \
	VMULPS      Y6, Y0, Y0         \
	VMOVUPS     (DI)(AX*4), Y3     \
	VFMADD231PS (DX)(AX*4), Y0, Y3 \
	VMOVUPS     Y3, (DI)(AX*4)

#define GAMMALAST \
	VMASKMOVPS  (SI)(AX*4), Y15, Y0 \
	VMASKMOVPS  (DX)(AX*4), Y15, Y1 \
	VMASKMOVPS  (DI)(AX*4), Y15, Y3 \
	VSUBPS      Y5, Y0, Y0          \
	VMULPS      Y6, Y0, Y0          \
	VFMADD231PS Y1, Y0, Y3          \
	VMASKMOVPS  Y3, Y15, (DI)(AX*4)

// func normGammaAVX2(dGamma, dy, x []float32, mean, rstd float32)
TEXT ·normGammaAVX2(SB), NOSPLIT, $0-80
	MOVQ         dGamma_base+0(FP), DI
	MOVQ         dy_base+24(FP), DX
	MOVQ         x_base+48(FP), SI
	MOVQ         x_len+56(FP), CX
	VBROADCASTSS mean+72(FP), Y5
	VBROADCASTSS rstd+76(FP), Y6
	WALK(GAMMABODY, GAMMALAST)
	VZEROUPPER
	RET
