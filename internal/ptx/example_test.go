package ptx_test

import (
	"encoding/binary"
	"fmt"

	"frontdoor/internal/ptx"
)

// A warp's result of mma.sync is a tile [16, 8] of which each lane has four
// elements. Here every lane writes its own number where its elements are.
func ExampleMachine() {
	module, err := ptx.Parse(`
.version 7.0
.target sm_80
.address_size 64
.visible .entry tile(.param .u64 out)
{
	.reg .b32 %lane, %at;
	.reg .b64 %out, %to;
	ld.param.u64 %out, [out];
	mov.u32 %lane, %laneid;
	shl.b32 %at, %lane, 3;			// row lane/4, columns lane%4*2 and one more
	cvt.u64.u32 %to, %at;
	add.u64 %to, %out, %to;
	st.global.v2.u32 [%to], {%lane, %lane};
	st.global.v2.u32 [%to+256], {%lane, %lane};	// eight rows below
	ret;
}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	m := &ptx.Machine{Arch: ptx.Hopper}
	out := m.Memory.Alloc(16 * 8 * 4)
	params := binary.LittleEndian.AppendUint64(nil, out)
	if _, err := m.Launch(module.Kernels["tile"], ptx.Dim{}, 32, 0, params); err != nil {
		fmt.Println(err)
		return
	}
	tile := make([]byte, 16*8*4)
	if err := m.Memory.Read(out, tile); err != nil {
		fmt.Println(err)
		return
	}
	for row := range 16 {
		for col := range 8 {
			fmt.Printf("%3d", binary.LittleEndian.Uint32(tile[4*(8*row+col):]))
		}
		fmt.Println()
	}
	// Output:
	//   0  0  1  1  2  2  3  3
	//   4  4  5  5  6  6  7  7
	//   8  8  9  9 10 10 11 11
	//  12 12 13 13 14 14 15 15
	//  16 16 17 17 18 18 19 19
	//  20 20 21 21 22 22 23 23
	//  24 24 25 25 26 26 27 27
	//  28 28 29 29 30 30 31 31
	//   0  0  1  1  2  2  3  3
	//   4  4  5  5  6  6  7  7
	//   8  8  9  9 10 10 11 11
	//  12 12 13 13 14 14 15 15
	//  16 16 17 17 18 18 19 19
	//  20 20 21 21 22 22 23 23
	//  24 24 25 25 26 26 27 27
	//  28 28 29 29 30 30 31 31
}
