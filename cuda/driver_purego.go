//go:build cuda && linux

package cuda

import (
	"fmt"
	"unsafe"

	"github.com/ebitengine/purego"
)

// system is the driver itself: the addresses of its functions, in the order of
// symbols.
type system struct{ f [symbolCount]uintptr }

// The functions, as indices into system.f.
const (
	cuInit = iota
	cuDriverGetVersion
	cuDeviceGetCount
	cuDeviceGet
	cuDeviceGetName
	cuDeviceGetUuid
	cuDeviceGetAttribute
	cuDeviceTotalMem
	cuDevicePrimaryCtxRetain
	cuDevicePrimaryCtxRelease
	cuCtxSetCurrent
	cuModuleLoadDataEx
	cuModuleUnload
	cuModuleGetFunction
	cuFuncSetAttribute
	cuMemGetInfo
	cuMemAlloc
	cuMemFree
	cuMemcpyHtoDAsync
	cuMemcpyDtoHAsync
	cuStreamCreate
	cuStreamSynchronize
	cuStreamDestroy
	cuLaunchKernel
	cuGraphCreate
	cuGraphAddKernelNode
	cuGraphInstantiateWithFlags
	cuGraphLaunch
	cuGraphExecDestroy
	cuGraphDestroy
	symbolCount
)

// symbols are the names that the library exports. A suffix _v2 is part of the
// name: the functions without it are those of CUDA 3 and have other arguments.
var symbols = [symbolCount]string{
	"cuInit", "cuDriverGetVersion", "cuDeviceGetCount", "cuDeviceGet", "cuDeviceGetName", "cuDeviceGetUuid",
	"cuDeviceGetAttribute", "cuDeviceTotalMem_v2", "cuDevicePrimaryCtxRetain", "cuDevicePrimaryCtxRelease_v2",
	"cuCtxSetCurrent", "cuModuleLoadDataEx", "cuModuleUnload", "cuModuleGetFunction", "cuFuncSetAttribute",
	"cuMemGetInfo_v2", "cuMemAlloc_v2", "cuMemFree_v2", "cuMemcpyHtoDAsync_v2",
	"cuMemcpyDtoHAsync_v2", "cuStreamCreate", "cuStreamSynchronize", "cuStreamDestroy_v2", "cuLaunchKernel",
	"cuGraphCreate", "cuGraphAddKernelNode", "cuGraphInstantiateWithFlags", "cuGraphLaunch", "cuGraphExecDestroy",
	"cuGraphDestroy",
}

// System loads the driver of this machine. The error says what was tried, and what
// a container lacks.
func System() (Driver, error) { return find(load) }

// load opens a library and finds its functions.
func load(name string) (Driver, error) {
	s := &system{}
	var err error
	onThread(func() {
		var lib uintptr
		if lib, err = purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_GLOBAL); err != nil {
			return
		}
		for i, symbol := range symbols {
			if s.f[i], err = purego.Dlsym(lib, symbol); err != nil {
				err = fmt.Errorf("%s lacks %s: it is older than CUDA 11.4, or a stub", name, symbol)
				return
			}
		}
	})
	return s, err
}

// call calls a function. The arguments are plain numbers: the driver takes no
// float and no structure by value.
func (s *system) call(f int, args ...uintptr) Result {
	r, _, _ := purego.SyscallN(s.f[f], args...)
	return Result(int32(r))
}

// at is the address of a value for the time of a call. Values whose address goes
// through a uintptr have to be kept alive by the caller.
func at[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) }

// Init starts the driver. It may install handlers of signals that Go's runtime
// cannot run on; those of before are put back.
func (s *system) Init() Result {
	saved, err := saveSignals()
	r := s.call(cuInit, 0)
	if err == nil {
		err = saved.restore()
	}
	if err != nil && r == Success {
		return Unknown
	}
	return r
}
