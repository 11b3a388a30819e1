package simd

import "unsafe"

// panel, packRows, packCols and packSix choose between the routines of
// gemm_generic.go, which say what they compute, and the assembly. The caller
// has checked the bounds. The panel that will be wanted next lies ahead
// elements after this one; 0 says that there is none, or not yet.

// panelWidth is how many columns panel takes at a time.
func panelWidth() int {
	if active == avx512 {
		return 2 * panelCols
	}
	return panelCols
}

func panel(m, k, cols int, a []float32, tile, row, col int, b []float32, ldb, right int, c []float32, ldc int, add bool, ahead int) {
	switch active {
	case generic:
		panelGeneric(m, k, cols, a, tile, row, col, b, ldb, c, ldc, add)
	case avx2:
		panelAVX2(m, k, cols, unsafe.SliceData(a), tile, row, col, unsafe.SliceData(b), ldb, unsafe.SliceData(c), ldc, add, ahead)
	case avx512:
		if cols <= panelCols {
			right = 0 // there is no right half: read the left one twice
		}
		panelAVX512(m, k, cols, unsafe.SliceData(a), tile, row, col, unsafe.SliceData(b), ldb, right, unsafe.SliceData(c), ldc, add, ahead)
	}
}

func packRows(dst []float32, step, k, cols int, src []float32, ld int) {
	if active == generic {
		packRowsGeneric(dst, step, k, cols, src, ld)
		return
	}
	packRowsAVX2(unsafe.SliceData(dst), step, k, cols, unsafe.SliceData(src), ld)
}

func packCols(dst []float32, step, k, cols int, src []float32, ld int) {
	if active == generic {
		packColsGeneric(dst, step, k, cols, src, ld)
		return
	}
	for j := 0; j < cols; j += 8 {
		at := j/panelCols*step + j%panelCols
		packEightAVX2(unsafe.SliceData(dst[at:]), k, min(8, cols-j), unsafe.SliceData(src[j*ld:]), ld)
	}
}

func packSix(dst []float32, k, rows int, src []float32, ld int) {
	if active == generic {
		packSixGeneric(dst, k, rows, src, ld)
		return
	}
	packSixAVX2(unsafe.SliceData(dst), k, rows, unsafe.SliceData(src), ld)
}

//go:noescape
func panelAVX2(m, k, cols int, a *float32, tile, row, col int, b *float32, ldb int, c *float32, ldc int, add bool, ahead int)

//go:noescape
func panelAVX512(m, k, cols int, a *float32, tile, row, col int, b *float32, ldb, right int, c *float32, ldc int, add bool, ahead int)

//go:noescape
func packRowsAVX2(dst *float32, step, k, cols int, src *float32, ld int)

//go:noescape
func packSixAVX2(dst *float32, k, rows int, src *float32, ld int)

//go:noescape
func packEightAVX2(dst *float32, k, rows int, src *float32, ld int)
