#include "textflag.h"
#include "vec_amd64.h"

// Element by element: DI dst, SI and DX the operands, Y15 the last mask.

#define PLUS \
	VMOVUPS (SI)(AX*4), Y0     \
	VADDPS  (DX)(AX*4), Y0, Y0 \
	VMOVUPS Y0, (DI)(AX*4)

#define PLUSLAST \
	VMASKMOVPS (SI)(AX*4), Y15, Y0 \
	VMASKMOVPS (DX)(AX*4), Y15, Y1 \
	VADDPS     Y1, Y0, Y0          \
	VMASKMOVPS Y0, Y15, (DI)(AX*4)

// func addAVX2(dst, a, b []float32)
TEXT ·addAVX2(SB), NOSPLIT, $0-72
	MOVQ dst_base+0(FP), DI
	MOVQ dst_len+8(FP), CX
	MOVQ a_base+24(FP), SI
	MOVQ b_base+48(FP), DX
	WALK(PLUS, PLUSLAST)
	VZEROUPPER
	RET

// dst = Y2 src
#define SCALE \
	VMULPS  (SI)(AX*4), Y2, Y0 \
	VMOVUPS Y0, (DI)(AX*4)

#define SCALELAST \
	VMASKMOVPS (SI)(AX*4), Y15, Y0 \
	VMULPS     Y0, Y2, Y0          \
	VMASKMOVPS Y0, Y15, (DI)(AX*4)

// func scaleAVX2(dst []float32, alpha float32, src []float32)
TEXT ·scaleAVX2(SB), NOSPLIT, $0-56
	MOVQ         dst_base+0(FP), DI
	MOVQ         dst_len+8(FP), CX
	VBROADCASTSS alpha+24(FP), Y2
	MOVQ         src_base+32(FP), SI
	WALK(SCALE, SCALELAST)
	VZEROUPPER
	RET

// dst += Y2 src
#define AXPY \
	VMOVUPS     (DI)(AX*4), Y0     \
	VFMADD231PS (SI)(AX*4), Y2, Y0 \
	VMOVUPS     Y0, (DI)(AX*4)

#define AXPYLAST \
	VMASKMOVPS  (SI)(AX*4), Y15, Y1 \
	VMASKMOVPS  (DI)(AX*4), Y15, Y0 \
	VFMADD231PS Y1, Y2, Y0          \
	VMASKMOVPS  Y0, Y15, (DI)(AX*4)

// func axpyAVX2(alpha float32, x, y []float32)
TEXT ·axpyAVX2(SB), NOSPLIT, $0-56
	VBROADCASTSS alpha+0(FP), Y2
	MOVQ         x_base+8(FP), SI
	MOVQ         y_base+32(FP), DI
	MOVQ         y_len+40(FP), CX
	WALK(AXPY, AXPYLAST)
	VZEROUPPER
	RET

// dx = y (dy - Y2) Y3, with y at SI and dy at DX
#define SOFTMAXGRAD \
	VMOVUPS (DX)(AX*4), Y0     \
	VSUBPS  Y2, Y0, Y0         \
	VMULPS  (SI)(AX*4), Y0, Y0 \
	VMULPS  Y3, Y0, Y0         \
	VMOVUPS Y0, (DI)(AX*4)

#define SOFTMAXGRADLAST \
	VMASKMOVPS (DX)(AX*4), Y15, Y0 \
	VMASKMOVPS (SI)(AX*4), Y15, Y1 \
	VSUBPS     Y2, Y0, Y0          \
	VMULPS     Y1, Y0, Y0          \
	VMULPS     Y3, Y0, Y0          \
	VMASKMOVPS Y0, Y15, (DI)(AX*4)

// func softmaxGradAVX2(dx, y, dy []float32, dot, scale float32)
TEXT ·softmaxGradAVX2(SB), NOSPLIT, $0-80
	MOVQ         dx_base+0(FP), DI
	MOVQ         dx_len+8(FP), CX
	MOVQ         y_base+24(FP), SI
	MOVQ         dy_base+48(FP), DX
	VBROADCASTSS dot+72(FP), Y2
	VBROADCASTSS scale+76(FP), Y3
	WALK(SOFTMAXGRAD, SOFTMAXGRADLAST)
	VZEROUPPER
	RET
