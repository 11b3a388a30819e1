package simd

import "unsafe"

// panelWidth is how many columns panel takes at a time.
func panelWidth() int {
	if active == avx512 {
		return 2 * panelCols
	}
	return panelCols
}

// panel runs panelGeneric, which says what it computes, or the assembly, which
// also asks for b.ahead. The caller has checked the bounds.
func panel(m, k, cols int, a tiles, b panels, c []float32, ldc int, add bool) {
	switch active {
	case generic:
		panelGeneric(m, k, cols, a, b, c, ldc, add)
	case avx2:
		panelAVX2(m, k, cols, unsafe.SliceData(a.data), a.tile, a.row, a.col,
			unsafe.SliceData(b.data), b.ld, unsafe.SliceData(c), ldc, add, b.ahead)
	case avx512:
		right := b.right
		if cols <= panelCols {
			right = 0 // there is no right half: read the left one twice
		}
		panelAVX512(m, k, cols, unsafe.SliceData(a.data), a.tile, a.row, a.col,
			unsafe.SliceData(b.data), b.ld, right, unsafe.SliceData(c), ldc, add, b.ahead)
	}
}

// panelAVX2 computes, in tiles of 6 x 16 that stay in registers:
//
//	for i := range m {
//		for j := range cols {
//			sum := float32(0)
//			for p := range k {
//				sum = fma(a[i/6*tile+i%6*row+p*col], b[p*ldb+j], sum) // one rounding
//			}
//			c[i*ldc+j] = sum // or += with add
//		}
//	}
//
//go:noescape
func panelAVX2(m, k, cols int, a *float32, tile, row, col int, b *float32, ldb int, c *float32, ldc int, add bool, ahead int)

// panelAVX512 is panelAVX2 in tiles of 12 x 32: columns from the sixteenth on
// are read at b[right+p*ldb+j-16].
//
//go:noescape
func panelAVX512(m, k, cols int, a *float32, tile, row, col int, b *float32, ldb, right int, c *float32, ldc int, add bool, ahead int)
