package cuda

import (
	"maps"
	"slices"
	"strings"
)

// Names for the tests of kernels, which live in a package of their own because
// the imitation of the driver imports this one.
var (
	Allocate           = (*Device).allocate
	Release            = (*Device).release
	UploadBytes        = (*Device).upload
	DownloadFloats     = (*Device).download
	RunGather          = (*Device).gather
	RunScatter         = (*Device).scatter
	RunAddRows         = (*Device).addRows
	RunAxpy            = (*Device).axpy
	RunFill            = (*Device).fill
	RunCopy            = (*Device).copy
	RunSGD             = (*Device).sgd
	RunActGrad         = (*Device).actGrad
	RunLayerNorm       = (*Device).layerNorm
	RunLayerNormGrad   = (*Device).layerNormGrad
	RunColumnSums      = (*Device).columnSums
	RunGammaGrad       = (*Device).layerNormGammaGrad
	RunAttention       = (*Device).attention
	RunAttentionGrad   = (*Device).attentionGrad
	NewDeviceLayout    = (*Device).newLayout
	RunSplit           = (*Device).split
	RunProductFloats   = (*Device).productFloats
	RunProductFloatsIn = (*Device).productFloatsIn
	RunProductHalves   = (*Device).productHalves
	RunProductHalvesIn = (*Device).productHalvesIn
	ReleaseHalves      = (*Device).releaseHalves
	ReleaseLayout      = (*Device).releaseLayout
	Flush              = (*Device).flush
	Advices            = advices
	Tiles              = tiles
	OnThread           = onThread
	Find               = find
)

type (
	Halves     = halves
	Strided    = strided
	Activation = activation
	Tile       = tile
)

// End makes an epilogue of its parts.
func End(bias, add, deriv, c, y Pointer, act int, ld int) epilogue {
	return epilogue{bias, add, deriv, c, y, activation(act), ld}
}

// Matrix makes a strided matrix.
func Matrix(p Pointer, row, col int) strided { return strided{p, row, col} }

// HalfPointers returns where the halves of a matrix lie, and the width of rows.
func HalfPointers(h *halves) (hi, lo, inv Pointer, padded int) { return h.hi, h.lo, h.inv, h.padded }

// WithoutLow forgets the low halves, as of a matrix that fp16 holds.
func WithoutLow(h *halves) *halves {
	c := *h
	c.lo = 0
	return &c
}

// GraphsMade and GraphsRan count graphs.
func GraphsMade(d *Device) int { return d.graphs.made }
func GraphsRan(d *Device) int  { return d.graphs.ran }

// TileSize returns rows, columns and threads of a tile.
func TileSize(t tile) (m, n, threads int) { return t.m, t.n, t.threads }

// SetExists makes tests see files or not; nil looks again.
func SetExists(f func(path string) bool) {
	if f == nil {
		f = realExists
	}
	exists = f
}

var realExists = exists

// AddKernel compiles a kernel of a test.
func AddKernel(d *Device, name, text string) (err error) {
	onThread(func() {
		d.drv.CtxSetCurrent(d.context)
		m, log, r := d.drv.ModuleLoadData(text)
		if r != Success {
			err = &Error{"cuModuleLoadDataEx", r, log}
			return
		}
		d.modules[name] = m
		f, r := d.drv.ModuleGetFunction(m, name)
		err = check("cuModuleGetFunction", r)
		d.kernels[name] = &kernel{name: name, function: f, shared: defaultShared}
	})
	return err
}

// KernelNames lists all kernels, by name.
func KernelNames() []string { return slices.Sorted(maps.Keys(kernelFiles)) }

// Compile has the driver compile a kernel.
func Compile(d *Device, name string) (err error) {
	if (strings.HasPrefix(name, "gemm_x") || name == "split") && !d.TensorCores() {
		return nil
	}
	onThread(func() {
		d.drv.CtxSetCurrent(d.context)
		_, err = d.kernel(name)
	})
	return err
}

// RunWarps launches a kernel of a test on blocks of one warp.
func RunWarps(d *Device, name string, blocks int, pointers ...Pointer) {
	a := d.args()
	for _, p := range pointers {
		a = a.ptr(p)
	}
	a.launch(name, blocks, 1, 1, 32, 0)
}
