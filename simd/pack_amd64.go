package simd

import "unsafe"

// Each function here runs its Go version or the assembly in pack_amd64.s, whose
// stub shows the loop that it computes. The callers have checked the lengths.

func packRows(dst []float32, step, k, cols int, src []float32, ld int) {
	if active == generic {
		packRowsGeneric(dst, step, k, cols, src, ld)
		return
	}
	packRowsAVX2(unsafe.SliceData(dst), step, k, cols, unsafe.SliceData(src), ld)
}

// packRowsAVX2:
//
//	for p := range k {
//		for j := range cols {
//			dst[j/16*step+16*p+j%16] = src[p*ld+j]
//		}
//	}
//
//go:noescape
func packRowsAVX2(dst *float32, step, k, cols int, src *float32, ld int)

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

// packEightAVX2:
//
//	for j := range rows { // at most 8
//		for p := range k {
//			dst[16*p+j] = src[j*ld+p]
//		}
//	}
//
// The columns up to the eighth are written too; they hold anything.
//
//go:noescape
func packEightAVX2(dst *float32, k, rows int, src *float32, ld int)

func packSix(dst []float32, k, rows int, src []float32, ld int) {
	if active == generic {
		packSixGeneric(dst, k, rows, src, ld)
		return
	}
	packSixAVX2(unsafe.SliceData(dst), k, rows, unsafe.SliceData(src), ld)
}

// packSixAVX2:
//
//	for p := range k {
//		for i := range rows { // at most 6
//			dst[6*p+i] = src[p*ld+i]
//		}
//	}
//
// Two elements behind the last row are written too.
//
//go:noescape
func packSixAVX2(dst *float32, k, rows int, src *float32, ld int)
