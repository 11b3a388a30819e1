//go:build cuda && linux

package cuda

import (
	"runtime"
	"strings"
)

// The calls of [Driver], one for one.

func (s *system) DriverGetVersion() (int, Result) {
	v := new(int32)
	r := s.call(cuDriverGetVersion, at(v))
	return int(*v), r
}

func (s *system) DeviceGetCount() (int, Result) {
	n := new(int32)
	r := s.call(cuDeviceGetCount, at(n))
	return int(*n), r
}

func (s *system) DeviceGet(ordinal int) (Ordinal, Result) {
	d := new(Ordinal)
	r := s.call(cuDeviceGet, at(d), uintptr(ordinal))
	return *d, r
}

func (s *system) DeviceGetName(d Ordinal) (string, Result) {
	name := make([]byte, 256)
	r := s.call(cuDeviceGetName, at(&name[0]), uintptr(len(name)), uintptr(d))
	runtime.KeepAlive(name)
	text, _, _ := strings.Cut(string(name), "\x00")
	return text, r
}

func (s *system) DeviceGetUUID(d Ordinal) ([16]byte, Result) {
	id := new([16]byte)
	r := s.call(cuDeviceGetUuid, at(id), uintptr(d))
	return *id, r
}

func (s *system) DeviceGetAttribute(a Attribute, d Ordinal) (int, Result) {
	v := new(int32)
	r := s.call(cuDeviceGetAttribute, at(v), uintptr(a), uintptr(d))
	return int(*v), r
}

func (s *system) DeviceTotalMem(d Ordinal) (uint64, Result) {
	n := new(uint64)
	r := s.call(cuDeviceTotalMem, at(n), uintptr(d))
	return *n, r
}

func (s *system) DevicePrimaryCtxRetain(d Ordinal) (Context, Result) {
	c := new(Context)
	r := s.call(cuDevicePrimaryCtxRetain, at(c), uintptr(d))
	return *c, r
}

func (s *system) DevicePrimaryCtxRelease(d Ordinal) Result {
	return s.call(cuDevicePrimaryCtxRelease, uintptr(d))
}

func (s *system) CtxSetCurrent(c Context) Result { return s.call(cuCtxSetCurrent, uintptr(c)) }

// Options of the compiler, numbered as in the driver.
const (
	jitErrorLog      = 5
	jitErrorLogBytes = 6
)

// ModuleLoadData compiles PTX, and returns the compiler's complaints.
func (s *system) ModuleLoadData(ptx string) (Module, string, Result) {
	m, text, log := new(Module), append([]byte(ptx), 0), make([]byte, 4096)
	options := []uint32{jitErrorLog, jitErrorLogBytes}
	values := []uintptr{at(&log[0]), uintptr(len(log))}
	r := s.call(cuModuleLoadDataEx, at(m), at(&text[0]), uintptr(len(options)), at(&options[0]), at(&values[0]))
	runtime.KeepAlive(text)
	runtime.KeepAlive(options)
	runtime.KeepAlive(values)
	said, _, _ := strings.Cut(string(log), "\x00")
	return *m, said, r
}

func (s *system) ModuleUnload(m Module) Result { return s.call(cuModuleUnload, uintptr(m)) }

func (s *system) ModuleGetFunction(m Module, name string) (Function, Result) {
	f, text := new(Function), append([]byte(name), 0)
	r := s.call(cuModuleGetFunction, at(f), uintptr(m), at(&text[0]))
	runtime.KeepAlive(text)
	return *f, r
}

func (s *system) FuncSetAttribute(f Function, a FunctionAttribute, v int) Result {
	return s.call(cuFuncSetAttribute, uintptr(f), uintptr(a), uintptr(v))
}

func (s *system) MemGetInfo() (free, total uint64, r Result) {
	n := new([2]uint64)
	r = s.call(cuMemGetInfo, at(&n[0]), at(&n[1]))
	return n[0], n[1], r
}

func (s *system) MemAlloc(bytes uint64) (Pointer, Result) {
	p := new(Pointer)
	r := s.call(cuMemAlloc, at(p), uintptr(bytes))
	return *p, r
}

func (s *system) MemFree(p Pointer) Result { return s.call(cuMemFree, uintptr(p)) }

func (s *system) MemcpyHtoDAsync(p Pointer, data []byte, st Stream) Result {
	r := s.call(cuMemcpyHtoDAsync, uintptr(p), at(&data[0]), uintptr(len(data)), uintptr(st))
	runtime.KeepAlive(data)
	return r
}

func (s *system) MemcpyDtoHAsync(data []byte, p Pointer, st Stream) Result {
	r := s.call(cuMemcpyDtoHAsync, at(&data[0]), uintptr(p), uintptr(len(data)), uintptr(st))
	runtime.KeepAlive(data)
	return r
}

func (s *system) StreamCreate() (Stream, Result) {
	st := new(Stream)
	r := s.call(cuStreamCreate, at(st), 0)
	return *st, r
}

func (s *system) StreamSynchronize(st Stream) Result {
	return s.call(cuStreamSynchronize, uintptr(st))
}

func (s *system) StreamDestroy(st Stream) Result { return s.call(cuStreamDestroy, uintptr(st)) }

// packed is the argument extra of a launch: the parameters as one block, so that
// the driver sees no array of pointers into Go's memory.
type packed struct {
	words [5]uintptr // BUFFER_POINTER, its value, BUFFER_SIZE, its value, END
	size  uintptr
}

func pack(params []byte) *packed {
	p := &packed{size: uintptr(len(params))}
	p.words = [5]uintptr{1, 0, 2, at(&p.size), 0}
	if len(params) > 0 {
		p.words[1] = at(&params[0])
	}
	return p
}

func (s *system) LaunchKernel(l *Launch, st Stream) Result {
	p := pack(l.Params)
	r := s.call(cuLaunchKernel, uintptr(l.Function), uintptr(l.Grid[0]), uintptr(l.Grid[1]), uintptr(l.Grid[2]),
		uintptr(l.Threads), 1, 1, uintptr(l.Shared), uintptr(st), 0, at(&p.words[0]))
	runtime.KeepAlive(p)
	runtime.KeepAlive(l)
	return r
}

func (s *system) GraphCreate() (Graph, Result) {
	g := new(Graph)
	r := s.call(cuGraphCreate, at(g), 0)
	return *g, r
}

// kernelNode is CUDA_KERNEL_NODE_PARAMS of version 1.
type kernelNode struct {
	function        Function
	grid, block     [3]uint32
	shared          uint32
	params          uintptr
	extra           uintptr
	kernel, context uintptr // of version 2, which version 1 does not read
}

func (s *system) GraphAddKernelNode(g Graph, after Node, l *Launch) (Node, Result) {
	n, p := new(Node), pack(l.Params)
	k := &kernelNode{function: l.Function, grid: l.Grid, block: [3]uint32{l.Threads, 1, 1}, shared: l.Shared, extra: at(&p.words[0])}
	before, count := &after, uintptr(1)
	if after == 0 {
		count = 0
	}
	r := s.call(cuGraphAddKernelNode, at(n), uintptr(g), at(before), count, at(k))
	runtime.KeepAlive(p)
	runtime.KeepAlive(k)
	runtime.KeepAlive(before)
	runtime.KeepAlive(l)
	return *n, r
}

func (s *system) GraphInstantiate(g Graph) (GraphExec, Result) {
	e := new(GraphExec)
	r := s.call(cuGraphInstantiateWithFlags, at(e), uintptr(g), 0)
	return *e, r
}

func (s *system) GraphLaunch(e GraphExec, st Stream) Result {
	return s.call(cuGraphLaunch, uintptr(e), uintptr(st))
}

func (s *system) GraphExecDestroy(e GraphExec) Result { return s.call(cuGraphExecDestroy, uintptr(e)) }

func (s *system) GraphDestroy(g Graph) Result { return s.call(cuGraphDestroy, uintptr(g)) }
