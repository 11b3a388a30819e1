package simd

import "unsafe"

// panel chooses between panelGeneric, which says what it computes, and the
// assembly. The caller has checked the bounds.
func panel(m, k, cols int, a []float32, tile, row, col int, b []float32, ldb, _ int, c []float32, ldc int, add bool, _ int) {
	if active == generic {
		panelGeneric(m, k, cols, a, tile, row, col, b, ldb, c, ldc, add)
		return
	}
	if cols == panelCols {
		panelNEON(m, k, unsafe.SliceData(a), tile, row, col, unsafe.SliceData(b), ldb, unsafe.SliceData(c), add, ldc)
		return
	}
	// The assembly writes whole rows: at the right edge it gets a tile of its own.
	var whole [6 * panelCols]float32
	for i := 0; i < m; i += 6 {
		rows := min(6, m-i)
		panelNEON(rows, k, &a[i/6*tile], tile, row, col, unsafe.SliceData(b), ldb, &whole[0], false, panelCols)
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

//go:noescape
func panelNEON(m, k int, a *float32, tile, row, col int, b *float32, ldb int, c *float32, add bool, ldc int)
