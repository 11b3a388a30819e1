package ptx

import (
	"encoding/binary"
	"strings"
	"testing"
)

// product is a kernel of one warp: out [16, 8] = a [16, 16] b [8, 16]ᵀ by one
// mma.sync, with the fragments of A by ldmatrix and those of B by hand.
const product = `
.version 7.0
.target sm_80
.address_size 64
.visible .entry k(.param .u64 out, .param .u64 a, .param .u64 b)
{
	.reg .b32 %r<32>;
	.reg .f32 %f<8>;
	.reg .b64 %rd<16>;
	.shared .align 16 .b8 tile[512];
	ld.param.u64 %rd1, [out];
	ld.param.u64 %rd2, [a];
	ld.param.u64 %rd3, [b];
	mov.u32 %r1, %tid.x;
	// 16 bytes of A a lane, as they lie
	mul.wide.u32 %rd4, %r1, 16;
	add.u64 %rd4, %rd2, %rd4;
	mov.u32 %r2, tile;
	shl.b32 %r3, %r1, 4;
	add.u32 %r3, %r2, %r3;
	cp.async.cg.shared.global [%r3], [%rd4], 16;
	cp.async.wait_all;
	bar.warp.sync 0xffffffff;
	// lane l points at row l%16 and columns 8 (l/16)
	and.b32 %r4, %r1, 15;
	shl.b32 %r4, %r4, 5;
	shr.u32 %r5, %r1, 4;
	shl.b32 %r5, %r5, 4;
	add.u32 %r4, %r4, %r5;
	add.u32 %r4, %r2, %r4;
	ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r10, %r11, %r12, %r13}, [%r4];
	// lane l takes B[l/4][l%4*2..+1] and 8 columns on
	shr.u32 %r6, %r1, 2;
	shl.b32 %r6, %r6, 5;
	and.b32 %r7, %r1, 3;
	shl.b32 %r7, %r7, 2;
	add.u32 %r6, %r6, %r7;
	cvt.u64.u32 %rd5, %r6;
	add.u64 %rd5, %rd3, %rd5;
	ld.global.b32 %r14, [%rd5];
	ld.global.b32 %r15, [%rd5+16];
	mov.f32 %f5, 0f00000000;
	mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%f1, %f2, %f3, %f4}, {%r10, %r11, %r12, %r13}, {%r14, %r15}, {%f5, %f5, %f5, %f5};
	// rows of out have 8 floats
	shl.b32 %r6, %r1, 3;
	cvt.u64.u32 %rd6, %r6;
	add.u64 %rd6, %rd1, %rd6;
	st.global.v2.f32 [%rd6], {%f1, %f2};
	st.global.v2.f32 [%rd6+256], {%f3, %f4};
	ret;
}
`

// multiplied runs the kernel on small whole numbers, whose products are exact,
// and returns how many elements are wrong.
func multiplied(t *testing.T, text string) (wrong int, stats Stats, err error) {
	t.Helper()
	mod, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	a, b := make([]byte, 512), make([]byte, 256)
	value := func(i int) float32 { return float32(i*i%13 - 6) }
	for i := range 256 {
		binary.LittleEndian.PutUint16(a[2*i:], ToHalf(value(i)))
	}
	for i := range 128 {
		binary.LittleEndian.PutUint16(b[2*i:], ToHalf(value(i+5)))
	}
	m := &Machine{Arch: Ampere}
	out, pa, pb := m.Memory.Alloc(512), m.Memory.Alloc(512), m.Memory.Alloc(256)
	if err := m.Memory.Write(pa, a); err != nil {
		t.Fatal(err)
	}
	if err := m.Memory.Write(pb, b); err != nil {
		t.Fatal(err)
	}
	params := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, out), pa), pb)
	if stats, err = m.Launch(mod.Kernels["k"], Dim{}, 32, 0, params); err != nil {
		return 0, stats, err
	}
	c := make([]byte, 512)
	if err := m.Memory.Read(out, c); err != nil {
		t.Fatal(err)
	}
	for i := range 16 {
		for j := range 8 {
			sum := float32(0)
			for k := range 16 {
				sum += value(16*i+k) * value(16*j+k+5)
			}
			if f32(element(c[4*(8*i+j):], 4)) != sum {
				wrong++
			}
		}
	}
	return wrong, stats, nil
}

func TestMatrixProduct(t *testing.T) {
	wrong, stats, err := multiplied(t, product)
	if err != nil || wrong != 0 || stats.Products != 1 {
		t.Errorf("%d elements are wrong, %v", wrong, err)
	}
	if stats.Conflicts() == 0 {
		t.Error("rows of 32 bytes lie in the same banks, which was not counted")
	}
}

// A wrong index of a fragment is seen in the result, a missing wait at once.
func TestBrokenMatrixProduct(t *testing.T) {
	for old, new := range map[string]string{
		"{%r10, %r11, %r12, %r13}, {%r14": "{%r10, %r12, %r11, %r13}, {%r14", // columns before rows
		"[%rd5+16]":                       "[%rd5+8]",
		"shl.b32 %r7, %r7, 2":             "shl.b32 %r7, %r7, 1",
		"x4.shared":                       "x4.trans.shared",
		"{%f3, %f4}":                      "{%f4, %f3}",
	} {
		broken := strings.Replace(product, old, new, 1)
		if wrong, _, err := multiplied(t, broken); err == nil && wrong == 0 {
			t.Errorf("with %s instead of %s nothing is wrong", new, old)
		}
	}
	for _, line := range []string{"cp.async.wait_all;", "bar.warp.sync 0xffffffff;"} {
		if _, _, err := multiplied(t, strings.Replace(product, line, "", 1)); err == nil {
			t.Errorf("without %s no fault was found", line)
		}
	}
}
