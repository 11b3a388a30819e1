package simd

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// kernel names one set of routines.
type kernel int

const (
	generic kernel = iota // Go
	avx2                  // amd64 assembly: AVX2 and FMA
	avx512                // the same, with AVX-512 for matrix products
	neon                  // arm64 assembly: NEON, for matrix products and the exponential
)

var kernelNames = [...]string{generic: "generic", avx2: "avx2", avx512: "avx512", neon: "neon"}

// EnvKernel is the environment variable that forces a kernel by name.
const EnvKernel = "FRONTDOOR_SIMD"

var (
	active    kernel // the set in use
	errKernel error  // the error in FRONTDOOR_SIMD
)

func init() {
	have := available()
	active = have[len(have)-1]
	if name := os.Getenv(EnvKernel); name != "" {
		if _, err := Use(name); err != nil {
			errKernel = fmt.Errorf("environment variable %s: %w", EnvKernel, err)
		}
	}
}

// Err returns an error when FRONTDOOR_SIMD names a kernel that is unknown or
// that this processor cannot run; the best kernel is then in use. Programs
// check it when they start.
func Err() error { return errKernel }

// Kernel returns the name of the kernel in use.
func Kernel() string { return kernelNames[active] }

// Rounding returns the name of the kernel whose bits the one in use gives:
// computations that agree in it have the same results to the bit, on whatever
// processor. AVX-512 rounds as AVX2 does.
func Rounding() string {
	if active == avx512 {
		return kernelNames[avx2]
	}
	return Kernel()
}

// Kernels returns the names of the kernels that run on this processor, the
// slowest first.
func Kernels() []string {
	var names []string
	for _, k := range available() {
		names = append(names, kernelNames[k])
	}
	return names
}

// Use switches to the kernel of that name and returns a function that switches
// back. An unknown name, or one that this processor cannot run, is an error
// and changes nothing; restore is then a no-op. Use is for tests and
// benchmarks: no routine of this package may run meanwhile.
func Use(name string) (restore func(), err error) {
	for _, k := range available() {
		if kernelNames[k] == name {
			old := active
			active = k
			return func() { active = old }, nil
		}
	}
	why := "unknown kernel"
	if slices.Contains(kernelNames[:], name) {
		why = "this processor cannot run kernel"
	}
	return func() {}, fmt.Errorf("%s %q; it has %s: choose one of these or leave the choice to the program",
		why, name, strings.Join(Kernels(), ", "))
}
