package simd

// Epilogue is what a product does with its rows while they are still in the
// cache. With v the product (plus C, if it accumulates), each part that is not
// nil applies, in this order:
//
//	v += Bias[j]
//	v += Add[i, j]
//	C[i, j] = v
//	GELU[i, j] = QuickGELU(v)
//
// Bias has n elements; Add and GELU are matrices [m, n] with the row stride of
// C. GELU may be C itself, when nobody needs v.
type Epilogue struct {
	Bias, Add, GELU []float32
}

// apply finishes rows [i0, i1) of columns [j0, j1).
func (e *Epilogue) apply(c []float32, ldc, i0, i1, j0, j1 int) {
	if e.Bias == nil && e.Add == nil && e.GELU == nil {
		return
	}
	for i := i0; i < i1; i++ {
		lo, hi := i*ldc+j0, i*ldc+j1
		row := c[lo:hi]
		if e.Bias != nil {
			add(row, row, e.Bias[j0:j1])
		}
		if e.Add != nil {
			add(row, row, e.Add[lo:hi])
		}
		if e.GELU != nil {
			quickGELU(e.GELU[lo:hi], row)
		}
	}
}

// fits reports whether the parts are as long as an [m, n] result wants.
func (e *Epilogue) fits(m, n, ldc int) bool {
	return (e.Bias == nil || len(e.Bias) == n) &&
		(e.Add == nil || holds(len(e.Add), m, n, ldc)) &&
		(e.GELU == nil || holds(len(e.GELU), m, n, ldc))
}
