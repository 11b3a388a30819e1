package simd

import "unsafe"

// panel chooses between panelGeneric, which says what it computes, and the
// assembly. The caller has checked the bounds.
func panel(m, k, cols int, a tiles, b panels, c []float32, ldc int, add bool) {
	if active == generic {
		panelGeneric(m, k, cols, a, b, c, ldc, add)
		return
	}
	if cols == panelCols {
		panelNEON(m, k, unsafe.SliceData(a.data), a.tile, a.row, a.col, unsafe.SliceData(b.data), b.ld, unsafe.SliceData(c), add, ldc)
		return
	}
	// The assembly writes whole rows: at the right edge it gets a tile of its own.
	var whole [6 * panelCols]float32
	for i := 0; i < m; i += 6 {
		rows := min(6, m-i)
		panelNEON(rows, k, &a.data[i/6*a.tile], a.tile, a.row, a.col, unsafe.SliceData(b.data), b.ld, &whole[0], false, panelCols)
		for r := range rows {
			to, from := c[(i+r)*ldc:][:cols], whole[r*panelCols:]
			for j, v := range from[:cols] {
				if add {
					v += to[j]
				}
				to[j] = v
			}
		}
	}
}

// panelNEON is panelAVX2 of gemm_amd64.go for 16 columns at a time, all of which
// it writes.
//
//go:noescape
func panelNEON(m, k int, a *float32, tile, row, col int, b *float32, ldb int, c *float32, add bool, ldc int)
