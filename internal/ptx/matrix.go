package ptx

import (
	"encoding/binary"
	"math"
	"strings"
)

// Fragments of matrices. Lane l of a warp holds, of an 8 by 8 tile of 16-bit
// elements, the two elements (l/4, l%4·2) and (l/4, l%4·2+1) in one register.
func init() {
	for _, x := range []int{1, 2, 4} {
		for _, trans := range []string{"", ".trans"} {
			name := "ldmatrix.sync.aligned.m8n8.x" + string(rune('0'+x)) + trans + ".shared.b16"
			loadMatrix(name, x, trans != "")
		}
	}
	for _, t := range []string{"f16", "bf16"} {
		multiply("mma.sync.aligned.m16n8k16.row.col.f32."+t+"."+t+".f32", t)
	}
}

// loadMatrix is ldmatrix: lane l gives the address of row l%8 of tile l/8, 16
// bytes; trans hands each tile out transposed.
func loadMatrix(name string, tiles int, trans bool) {
	instructions[name] = func(c *compiler) run {
		c.arguments(2)
		var ds []int
		if v := c.in.args[0]; v.kind == vector {
			ds = c.targets(0, tiles)
		} else {
			c.refuse(c.in, "ldmatrix into what is no vector")
		}
		p := c.place(1, false)
		c.in.class = collective
		return func(w *warp, on uint32) {
			for t, d := range ds {
				w.count(&p, 0xff<<(8*t), 16)
				var rows [8][]byte
				for r := range rows {
					l := 8*t + r
					rows[r] = w.readable(false, l, p.at(w, l), 16, false)
				}
				for l := range 32 {
					lo, hi := binary.LittleEndian.Uint16(rows[l/4][l%4*4:]), binary.LittleEndian.Uint16(rows[l/4][l%4*4+2:])
					if trans {
						lo, hi = binary.LittleEndian.Uint16(rows[l%4*2][l/4*2:]), binary.LittleEndian.Uint16(rows[l%4*2+1][l/4*2:])
					}
					w.reg[d][l] = uint64(hi)<<16 | uint64(lo)
				}
			}
		}
	}
}

// zeros is a row without anything in it, decoded.
var zeros = func() (z [16]number) {
	for i := range z {
		z[i] = decode(0)
	}
	return z
}()

// emptyRows reports which rows of A are zeros, as those behind the last of a
// matrix: their products need no arithmetic, unless B holds an infinity or a NaN.
func emptyRows(rows *[16][16]number, cols *[8][16]number) (empty [16]bool) {
	for i := range cols {
		for _, x := range cols[i] {
			if x.exp == special {
				return empty
			}
		}
	}
	for i := range rows {
		empty[i] = rows[i] == zeros
	}
	return empty
}

// multiply is mma.sync.m16n8k16: D [16, 8] = A [16, 16] B [16, 8] + C, with A
// by rows and B by columns. Register i of A holds the tile of rows 8 (i%2) and
// columns 8 (i/2), register i of B that of rows 8 i; C and D hold the pairs
// (l/4, l%4·2..+1) and (l/4+8, l%4·2..+1).
func multiply(name, typ string) {
	value := FromHalf
	if strings.HasPrefix(typ, "bf") {
		value = func(h uint16) float32 { return math.Float32frombits(uint32(h) << 16) }
	}
	instructions[name] = func(c *compiler) run {
		c.arguments(4)
		d, a, b, s := c.targets(0, 4), c.sources(1, 4), c.sources(2, 2), c.sources(3, 4)
		c.in.class = collective
		return func(w *warp, on uint32) {
			var rows [16][16]number
			var cols [8][16]number
			for l := range 32 {
				for i, r := range a {
					x := uint32(w.reg[r][l])
					row, k := l/4+i%2*8, l%4*2+i/2*8
					rows[row][k], rows[row][k+1] = decode(value(uint16(x))), decode(value(uint16(x>>16)))
				}
				for i, r := range b {
					x := uint32(w.reg[r][l])
					col, k := l/4, l%4*2+i*8
					cols[col][k], cols[col][k+1] = decode(value(uint16(x))), decode(value(uint16(x>>16)))
				}
			}
			var out [4]lanes
			arch := w.b.m.Arch
			empty := emptyRows(&rows, &cols)
			for l := range 32 {
				for i, r := range s {
					if c := uint32(w.reg[r][l]); empty[l/4+i/2*8] && c<<1 != 0 {
						out[i][l] = u32(c) // adding zeros changes no bit of a number
						continue
					}
					out[i][l] = fbits(arch.dot(rows[l/4+i/2*8][:], cols[l%4*2+i%2][:], f32(w.reg[r][l]), false))
				}
			}
			for i, r := range d {
				w.reg[r] = out[i]
			}
			w.b.stats.Products++
		}
	}
}
