//go:build !amd64 && !arm64

package simd

// available lists the kernels this processor runs, the slowest first.
func available() []kernel { return []kernel{generic} }

// secondLevelCache returns the size in bytes that most processors have at
// least.
func secondLevelCache() int { return 256 << 10 }

func panel(m, k, cols int, a tiles, b panels, c []float32, ldc int, add bool) {
	panelGeneric(m, k, cols, a, b, c, ldc, add)
}

func expSum(dst, src []float32, shift, scale float32) float32 {
	return expSumGeneric(dst, src, shift, scale)
}

// panelWidth is how many columns panel takes at a time.
func panelWidth() int { return panelCols }
