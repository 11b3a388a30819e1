package cuda_test

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"frontdoor/cuda"
	"frontdoor/internal/cudatest"
	"frontdoor/internal/ptx"
)

// dots is a kernel that gives each warp one dot product of up to 16 elements: row
// 0 of A and column 0 of B of mma.sync, whose other elements are zeros.
//
//	out[i] = c[i] + sum_k a[i, k] b[i, k]		a, b [n, 16] of 16 bits
const dots = `
.version 7.0
.target sm_80
.address_size 64
.visible .entry dots_TYPE(.param .u64 out, .param .u64 a, .param .u64 b, .param .u64 c)
{
	.reg .pred %row, %first;
	.reg .b32 %lane, %i, %at, %a<4>, %b<2>;
	.reg .f32 %c<4>, %d<4>;
	.reg .b64 %out, %a, %b, %c, %g;
	ld.param.u64 %out, [out];
	ld.param.u64 %a, [a];
	ld.param.u64 %b, [b];
	ld.param.u64 %c, [c];
	mov.u32 %lane, %tid.x;
	mov.u32 %i, %ctaid.x;
	setp.lt.u32 %row, %lane, 4;
	setp.eq.u32 %first, %lane, 0;
	mov.u32 %a0, 0;
	mov.u32 %a1, 0;
	mov.u32 %a2, 0;
	mov.u32 %a3, 0;
	mov.u32 %b0, 0;
	mov.u32 %b1, 0;
	mov.f32 %c0, 0f00000000;
	mov.f32 %c1, 0f00000000;
	mov.f32 %c2, 0f00000000;
	mov.f32 %c3, 0f00000000;
	mad.lo.u32 %at, %i, 8, %lane;
	mad.wide.u32 %g, %at, 4, %a;
	@%row ld.global.u32 %a0, [%g];
	@%row ld.global.u32 %a2, [%g+16];
	mad.wide.u32 %g, %at, 4, %b;
	@%row ld.global.u32 %b0, [%g];
	@%row ld.global.u32 %b1, [%g+16];
	mad.wide.u32 %g, %i, 4, %c;
	@%first ld.global.f32 %c0, [%g];
	mma.sync.aligned.m16n8k16.row.col.f32.TYPE.TYPE.f32 {%d0, %d1, %d2, %d3}, {%a0, %a1, %a2, %a3}, {%b0, %b1}, {%c0, %c1, %c2, %c3};
	mad.wide.u32 %g, %i, 4, %out;
	@%first st.global.f32 [%g], %d0;
	ret;
}`

// recorded names the GPU whose recorded results a compute capability is compared
// with.
var recorded = map[[2]int]string{{8, 0}: "A100", {8, 9}: "L40S", {9, 0}: "H100", {10, 0}: "B200"}

// TestRecordedVectors gives mma.sync dot products whose results were recorded on
// GPUs, on the imitation of each, or on the GPU that is there.
func TestRecordedVectors(t *testing.T) {
	for capability := range recorded {
		r := newRig(t, 1, func(d *cudatest.Driver) { d.Major, d.Minor = capability[0], capability[1] })
		gpu, ok := recorded[[2]int{r.dev.Major, r.dev.Minor}]
		if !ok {
			t.Skipf("skipped: nothing was recorded on compute capability %d.%d", r.dev.Major, r.dev.Minor)
		}
		r.vectors(gpu, "f16", "fp16", ptx.ToHalf)
		r.vectors(gpu, "bf16", "bf16", func(x float32) uint16 { return uint16(math.Float32bits(x) >> 16) })
		r.close()
		if onGPU {
			return
		}
	}
}

func (r *rig) vectors(gpu, typ, file string, bits func(float32) uint16) {
	r.t.Helper()
	path := "../internal/ptx/testdata/mma/" + gpu + "_" + file + ".txt"
	text, err := os.ReadFile(path)
	if err != nil {
		r.t.Fatal(err)
	}
	var a, b []int32
	var c, want []float32
	for line := range strings.Lines(string(text)) {
		var parts [4][]float32
		for i, part := range strings.Split(line, "|") {
			for _, word := range strings.Fields(part) {
				v, err := strconv.ParseUint(word, 16, 32)
				if err != nil {
					r.t.Fatalf("%s: %v", path, err)
				}
				parts[i] = append(parts[i], math.Float32frombits(uint32(v)))
			}
		}
		a, b = append(a, pairs(parts[0], bits)...), append(b, pairs(parts[1], bits)...)
		c, want = append(c, parts[2][0]), append(want, parts[3][0])
	}
	name := "dots_" + typ
	if err := cuda.AddKernel(r.dev, name, strings.ReplaceAll(dots, "TYPE", typ)); err != nil {
		r.t.Fatal(err)
	}
	out := r.room(len(c))
	cuda.RunWarps(r.dev, name, len(c), out, r.upInts(a), r.upInts(b), r.up(c))
	got := r.down(out, len(c))
	if err := firstError(r.err(), same(fmt.Sprintf("%s %s", gpu, typ), got, want)); err != nil {
		r.t.Error(err)
	}
}

// pairs packs up to 16 elements of 16 bits.
func pairs(x []float32, bits func(float32) uint16) []int32 {
	words := make([]int32, 8)
	for k, v := range x {
		words[k/2] |= int32(uint32(bits(v)) << (k % 2 * 16))
	}
	return words
}
