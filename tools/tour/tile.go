package main

import (
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"

	"frontdoor/clip"
	"frontdoor/internal/ptx"
)

// fragments is a kernel of one warp: ldmatrix hands A and B out to the lanes,
// mma.sync multiplies them, and every lane writes what it holds.
//
//	in   A [16, 16] by rows, then B [16, 8] by columns, halves of fp16
//	out  [32, 10] words: four registers of A, two of B, four of D
const fragments = `
.version 7.0
.target sm_80
.address_size 64
.visible .entry fragments(.param .u64 out, .param .u64 in)
{
	.reg .b32 %lane, %at, %row, %piece, %base, %word, %a<4>, %b<2>;
	.reg .f32 %zero, %d<4>;
	.reg .b64 %out, %in, %g;
	.shared .align 16 .b8 tile[768];
	ld.param.u64 %out, [out];
	ld.param.u64 %in, [in];
	mov.u32 %lane, %tid.x;
	mov.u32 %base, tile;
	mad.wide.u32 %g, %lane, 4, %in;
	mad.lo.u32 %at, %lane, 4, %base;
	ld.global.b32 %word, [%g];
	st.shared.b32 [%at], %word;
	ld.global.b32 %word, [%g+128];
	st.shared.b32 [%at+128], %word;
	ld.global.b32 %word, [%g+256];
	st.shared.b32 [%at+256], %word;
	ld.global.b32 %word, [%g+384];
	st.shared.b32 [%at+384], %word;
	ld.global.b32 %word, [%g+512];
	st.shared.b32 [%at+512], %word;
	ld.global.b32 %word, [%g+640];
	st.shared.b32 [%at+640], %word;
	bar.sync 0;
	and.b32 %row, %lane, 15;		// A: row lane%16, piece lane/16
	shr.u32 %piece, %lane, 4;
	mad.lo.u32 %at, %row, 32, %base;
	mad.lo.u32 %at, %piece, 16, %at;
	ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%a0, %a1, %a2, %a3}, [%at];
	and.b32 %row, %lane, 7;			// B: column lane%8, piece lane/8%2
	shr.u32 %piece, %lane, 3;
	and.b32 %piece, %piece, 1;
	mad.lo.u32 %at, %row, 32, %base;
	mad.lo.u32 %at, %piece, 16, %at;
	ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%b0, %b1}, [%at+512];
	mov.f32 %zero, 0f00000000;
	mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%d0, %d1, %d2, %d3}, {%a0, %a1, %a2, %a3}, {%b0, %b1}, {%zero, %zero, %zero, %zero};
	mad.wide.u32 %g, %lane, 40, %out;
	st.global.b32 [%g], %a0;
	st.global.b32 [%g+4], %a1;
	st.global.b32 [%g+8], %a2;
	st.global.b32 [%g+12], %a3;
	st.global.b32 [%g+16], %b0;
	st.global.b32 [%g+20], %b1;
	st.global.f32 [%g+24], %d0;
	st.global.f32 [%g+28], %d1;
	st.global.f32 [%g+32], %d2;
	st.global.f32 [%g+36], %d3;
	ret;
}`

// words of a lane in what fragments writes.
const laneWords = 10

// runFragments runs the kernel on the elements that a(row, k) and b(k, column) give.
func runFragments(a, b func(i, j int) int) ([]uint32, error) {
	module, err := ptx.Parse(fragments)
	if err != nil {
		return nil, err
	}
	var in []byte
	add := func(n int) { in = binary.LittleEndian.AppendUint16(in, ptx.ToHalf(float32(n))) }
	for row := range 16 {
		for k := range 16 {
			add(a(row, k))
		}
	}
	for col := range 8 {
		for k := range 16 {
			add(b(k, col))
		}
	}
	m := &ptx.Machine{Arch: ptx.Hopper}
	from, to := m.Memory.Alloc(len(in)), m.Memory.Alloc(32*laneWords*4)
	if err := m.Memory.Write(from, in); err != nil {
		return nil, err
	}
	params := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, to), from)
	if _, err := m.Launch(module.Kernels["fragments"], ptx.Dim{}, 32, 0, params); err != nil {
		return nil, err
	}
	out := make([]byte, 32*laneWords*4)
	if err := m.Memory.Read(to, out); err != nil {
		return nil, err
	}
	words := make([]uint32, 32*laneWords)
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(out[4*i:])
	}
	return words, nil
}

// tile draws which lane of a warp holds which element of A, of B and of their
// product, as mma.sync wants them.
func tile(path string, _ *clip.Model) error {
	const cell = 20
	s := newSheet(32, 24, cell, 0)
	hue := func(lane int) color.Color {
		c := [4]color.RGBA{{230, 120, 110, 255}, {240, 190, 90, 255}, {120, 180, 120, 255}, {110, 150, 220, 255}}[lane%4]
		fade := func(v uint8) uint8 { return uint8(255 - int(255-v)*(11-lane/4)/11) }
		return color.RGBA{fade(c.R), fade(c.G), fade(c.B), 255}
	}
	mark := func(row, col, lane int) {
		r := s.at(row, col)
		draw.Draw(s, r, image.NewUniform(hue(lane)), image.Point{}, draw.Src)
		s.text(r.Min.X+3, r.Max.Y-5, fmt.Sprint(lane), color.Black)
	}
	// Each element of A and B is its own place, and lanes say what they got.
	words, err := runFragments(func(row, k int) int { return 16*row + k }, func(k, col int) int { return 16*col + k })
	if err != nil {
		return err
	}
	for lane := range 32 {
		for i, w := range words[lane*laneWords : lane*laneWords+6] {
			for _, h := range []uint16{uint16(w), uint16(w >> 16)} {
				n := int(ptx.FromHalf(h))
				if i < 4 {
					mark(16+n/16, n%16, lane)
				} else {
					mark(n%16, 16+n/16, lane)
				}
			}
		}
	}
	// The identity times B is B: an element of D is its place there.
	words, err = runFragments(func(row, k int) int { return max(0, 1-max(row-k, k-row)) }, func(k, col int) int { return 8*k + col })
	if err != nil {
		return err
	}
	for lane := range 32 {
		for _, w := range words[lane*laneWords+6 : (lane+1)*laneWords] {
			n := int(math.Float32frombits(w))
			mark(16+n/8, 16+n%8, lane)
		}
	}
	corner := s.at(13, 1)
	s.text(corner.Min.X, corner.Min.Y-40, "The lane of a warp that holds", color.Black)
	s.text(corner.Min.X, corner.Min.Y-22, "A [16, 16] below, B [16, 8] on the", color.Black)
	s.text(corner.Min.X, corner.Min.Y-4, "right, and A B between them", color.Black)
	return s.save(path)
}
