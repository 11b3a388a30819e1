package simd

// panelGeneric multiplies m rows of A with one panel of B, up to 16 columns
// wide, over k steps, and stores or adds the result to C:
//
//	C[i,j] (+)= Σp A(i,p) B(p,j)   for i < m, j < cols
//
// All 16 columns of B can be read, whatever cols is.
func panelGeneric(m, k, cols int, a tiles, b panels, c []float32, ldc int, add bool) {
	for i := range m {
		ai := a.data[i/6*a.tile+i%6*a.row:]
		ci := c[i*ldc : i*ldc+cols]
		for j := 0; j < cols; j += 4 {
			var s0, s1, s2, s3 float32
			for p := range k {
				x, y := ai[p*a.col], b.data[p*b.ld+j:][:4]
				s0 += float32(x * y[0])
				s1 += float32(x * y[1])
				s2 += float32(x * y[2])
				s3 += float32(x * y[3])
			}
			put := func(j int, s float32) {
				if j >= cols {
					return
				}
				if add {
					s += ci[j]
				}
				ci[j] = s
			}
			put(j, s0)
			put(j+1, s1)
			put(j+2, s2)
			put(j+3, s3)
		}
	}
}

// packRowsGeneric copies k rows of a matrix to panels of 16 columns, which lie
// step elements apart and have rows 16 apart:
//
//	dst[j/16*step + 16p + j%16] = src[p*ld + j]   for p < k, j < cols
//
// In the last panel, what lies beyond the columns is read but never used; it
// holds anything.
func packRowsGeneric(dst []float32, step, k, cols int, src []float32, ld int) {
	for p := range k {
		for j := 0; j < cols; j += panelCols {
			copy(dst[j/panelCols*step+panelCols*p:][:panelCols], src[p*ld+j:p*ld+cols])
		}
	}
}

// packColsGeneric is packRowsGeneric for a matrix that is stored transposed:
// dst[j/16*step + 16p + j%16] = src[j*ld + p].
func packColsGeneric(dst []float32, step, k, cols int, src []float32, ld int) {
	for j := range cols {
		d := dst[j/panelCols*step+j%panelCols:]
		for p, v := range src[j*ld : j*ld+k] {
			d[panelCols*p] = v
		}
	}
}

// packSixGeneric copies a transposed matrix to tiles of six rows, the layout
// panelGeneric calls packed: dst[6p + i] = src[p*ld + i] for i < rows <= 6.
// What it leaves in the other places of a tile is not used; the assembly writes
// eight at a time, so the two elements after the last row are lost.
func packSixGeneric(dst []float32, k, rows int, src []float32, ld int) {
	for p := range k {
		copy(dst[6*p:6*p+6], src[p*ld:p*ld+rows])
	}
}
