package simd

// available lists the kernels this processor runs, the slowest first. Every
// 64-bit Arm processor has NEON.
func available() []kernel { return []kernel{generic, neon} }

// secondLevelCache returns the size in bytes that most processors have at
// least.
func secondLevelCache() int { return 256 << 10 }

// panelWidth is how many columns panel takes at a time.
func panelWidth() int { return panelCols }
