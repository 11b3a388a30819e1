// Package cudatest imitates NVIDIA's driver for tests: it has the driver's
// memory, modules, streams and graphs, and runs kernels on the CPU by package
// ptx. Each call can be made to fail, the driver can be old, and the memory
// small.
package cudatest

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"frontdoor/cuda"
	"frontdoor/internal/ptx"
)

// Driver is an imitation. Fields are set before it is used.
type Driver struct {
	Version      int    // what DriverGetVersion says
	Devices      int    // how many there are
	Major, Minor int    // compute capability
	Memory       uint64 // bytes
	Processors   int    // multiprocessors
	Seed         uint64 // decides the order of warps

	// Fail says which calls fail, by the name of the method, and how.
	Fail map[string]cuda.Result
	// FailAfter is how many calls of a method succeed before Fail holds.
	FailAfter map[string]int
	// Thread tells threads apart, if it is set: each then has a context of its own,
	// as with the driver.
	Thread func() int
	// Edit changes the text of a module before it is compiled.
	Edit func(ptx string) string

	Calls  map[string]int       // how often each method was called
	Fault  *ptx.Fault           // what a kernel did wrong
	Stats  map[string]ptx.Stats // of each kernel, added up
	Ran    int                  // kernels
	Graphs int                  // launches of graphs

	machine   ptx.Machine
	ready     bool
	contexts  map[int]cuda.Context // by thread
	modules   map[cuda.Module]*ptx.Module
	functions map[cuda.Function]*function
	graphs    map[cuda.Graph]*graph
	execs     map[cuda.GraphExec]*graph
	streams   map[cuda.Stream]bool
	events    map[cuda.Event]bool
	sizes     map[cuda.Pointer]uint64
	next      uintptr
	retained  int
}

type function struct {
	kernel *ptx.Kernel
	shared int
}

type graph struct{ launches []cuda.Launch }

var _ cuda.Driver = (*Driver)(nil)

// New returns a driver that shows one GPU like an H100, with few
// multiprocessors.
func New() *Driver {
	return &Driver{
		Version: 12000, Devices: 1, Major: 9, Minor: 0, Memory: 1 << 30, Processors: 4,
		Calls: map[string]int{}, Stats: map[string]ptx.Stats{},
		contexts: map[int]cuda.Context{}, modules: map[cuda.Module]*ptx.Module{}, functions: map[cuda.Function]*function{},
		graphs: map[cuda.Graph]*graph{}, execs: map[cuda.GraphExec]*graph{}, streams: map[cuda.Stream]bool{},
		events: map[cuda.Event]bool{}, sizes: map[cuda.Pointer]uint64{},
	}
}

// Leaks describes what was not given back, or is empty.
func (d *Driver) Leaks() string {
	var s []string
	add := func(n int, what string) {
		if n > 0 {
			s = append(s, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(len(d.sizes), "allocations")
	add(len(d.modules), "modules")
	add(len(d.graphs), "graphs")
	add(len(d.execs), "executable graphs")
	add(len(d.streams), "streams")
	add(len(d.events), "events")
	add(d.retained, "contexts")
	return strings.Join(s, ", ")
}

// running catches calls that overlap.
var running atomic.Int32

// call counts a call and returns how it is to fail. Calls that need a context
// fail on a thread without one.
func (d *Driver) call(name string, needsContext bool) (r cuda.Result, done func()) {
	if running.Add(1) != 1 {
		panic("cudatest: " + name + " while another call runs")
	}
	done = func() { running.Add(-1) }
	d.Calls[name]++
	if fail, ok := d.Fail[name]; ok && d.Calls[name] > d.FailAfter[name] {
		return fail, done
	}
	if !d.ready && name != "Init" && name != "DriverGetVersion" {
		return cuda.NotInitialized, done
	}
	if needsContext && d.contexts[d.thread()] == 0 {
		return cuda.InvalidContext, done
	}
	return cuda.Success, done
}

func (d *Driver) thread() int {
	if d.Thread == nil {
		return 0
	}
	return d.Thread()
}

func (d *Driver) handle() uintptr {
	d.next++
	return 0x1000 + d.next
}

// Init starts the driver.
func (d *Driver) Init() cuda.Result {
	r, done := d.call("Init", false)
	defer done()
	d.ready = d.ready || r == cuda.Success
	return r
}

// DriverGetVersion returns Version.
func (d *Driver) DriverGetVersion() (int, cuda.Result) {
	r, done := d.call("DriverGetVersion", false)
	defer done()
	return d.Version, r
}

// DeviceGetCount returns Devices.
func (d *Driver) DeviceGetCount() (int, cuda.Result) {
	r, done := d.call("DeviceGetCount", false)
	defer done()
	return max(0, d.Devices), r
}

// DeviceGet returns a device.
func (d *Driver) DeviceGet(ordinal int) (cuda.Ordinal, cuda.Result) {
	r, done := d.call("DeviceGet", false)
	defer done()
	if r == cuda.Success && (ordinal < 0 || ordinal >= d.Devices) {
		r = cuda.InvalidDevice
	}
	return cuda.Ordinal(ordinal), r
}

// DeviceGetName returns a name.
func (d *Driver) DeviceGetName(cuda.Ordinal) (string, cuda.Result) {
	r, done := d.call("DeviceGetName", false)
	defer done()
	return "Imitation", r
}

// DeviceGetUUID returns a UUID.
func (d *Driver) DeviceGetUUID(o cuda.Ordinal) ([16]byte, cuda.Result) {
	r, done := d.call("DeviceGetUUID", false)
	defer done()
	return [16]byte{0xab, 15: byte(o)}, r
}

// DeviceGetAttribute returns what the fields say.
func (d *Driver) DeviceGetAttribute(a cuda.Attribute, _ cuda.Ordinal) (int, cuda.Result) {
	r, done := d.call("DeviceGetAttribute", false)
	defer done()
	switch a {
	case cuda.AttributeMajor:
		return d.Major, r
	case cuda.AttributeMinor:
		return d.Minor, r
	case cuda.AttributeMultiprocessors:
		return d.Processors, r
	case cuda.AttributeSharedOptin:
		return d.optin(), r
	}
	return 0, cuda.InvalidValue
}

// optin is the most shared memory that a block may ask for, by generation.
func (d *Driver) optin() int {
	switch {
	case d.Major >= 9 && d.Major < 12:
		return 227 << 10
	case d.Major == 8 && d.Minor == 0:
		return 163 << 10
	case d.Major >= 8:
		return 99 << 10
	case d.Minor == 5:
		return 64 << 10
	}
	return 96 << 10
}

// arch returns the tensor cores of the generation.
func (d *Driver) arch() ptx.Arch {
	switch {
	case d.Major >= 9:
		return ptx.Hopper
	case d.Major == 8:
		return ptx.Ampere
	}
	return ptx.Volta
}

// DeviceTotalMem returns Memory.
func (d *Driver) DeviceTotalMem(cuda.Ordinal) (uint64, cuda.Result) {
	r, done := d.call("DeviceTotalMem", false)
	defer done()
	return d.Memory, r
}

// DevicePrimaryCtxRetain returns the context.
func (d *Driver) DevicePrimaryCtxRetain(cuda.Ordinal) (cuda.Context, cuda.Result) {
	r, done := d.call("DevicePrimaryCtxRetain", false)
	defer done()
	if r == cuda.Success {
		d.retained++
		d.machine.Arch, d.machine.Seed = d.arch(), d.Seed
	}
	return 1, r
}

// DevicePrimaryCtxRelease gives it back.
func (d *Driver) DevicePrimaryCtxRelease(cuda.Ordinal) cuda.Result {
	r, done := d.call("DevicePrimaryCtxRelease", false)
	defer done()
	if r == cuda.Success {
		d.retained--
	}
	return r
}

// CtxSetCurrent makes the context that of this thread.
func (d *Driver) CtxSetCurrent(c cuda.Context) cuda.Result {
	r, done := d.call("CtxSetCurrent", false)
	defer done()
	if r == cuda.Success {
		d.contexts[d.thread()] = c
	}
	return r
}

// ModuleLoadData compiles PTX, unless it is newer than the driver or wants more
// than the GPU has.
func (d *Driver) ModuleLoadData(text string) (cuda.Module, string, cuda.Result) {
	r, done := d.call("ModuleLoadData", true)
	defer done()
	if r != cuda.Success {
		return 0, "", r
	}
	if d.Edit != nil {
		text = d.Edit(text)
	}
	m, err := ptx.Parse(text)
	if err != nil {
		return 0, err.Error(), cuda.InvalidPTX
	}
	if newest := ptxOf(d.Version); number(m.Version) > newest {
		return 0, fmt.Sprintf("Unsupported .version %s; current version is '%d.%d'", m.Version, newest/10, newest%10), cuda.UnsupportedPTXVersion
	}
	if number(strings.TrimPrefix(m.Target, "sm_")) > 10*d.Major+d.Minor {
		return 0, m.Target, cuda.NoBinaryForGPU
	}
	h := cuda.Module(d.handle())
	d.modules[h] = m
	return h, "", cuda.Success
}

// number reads 7.0 and 70 as 70.
func number(s string) (n int) {
	for _, c := range s {
		if c >= '0' && c <= '9' {
			n = 10*n + int(c-'0')
		}
	}
	return n
}

// ptxOf returns the PTX version, ten times, that a CUDA version brought.
func ptxOf(version int) int {
	switch major, minor := version/1000, version%1000/10; {
	case major >= 11: // 11.0: 7.0, 12.0: 8.0, 13.0: 9.0
		return 10*(major-4) + minor
	case major == 10: // 10.0: 6.3
		return 63 + minor
	}
	return 60
}

// ModuleUnload forgets a module.
func (d *Driver) ModuleUnload(m cuda.Module) cuda.Result {
	r, done := d.call("ModuleUnload", true)
	defer done()
	if r == cuda.Success {
		delete(d.modules, m)
	}
	return r
}

// ModuleGetFunction finds a kernel.
func (d *Driver) ModuleGetFunction(m cuda.Module, name string) (cuda.Function, cuda.Result) {
	r, done := d.call("ModuleGetFunction", true)
	defer done()
	if r != cuda.Success {
		return 0, r
	}
	mod := d.modules[m]
	if mod == nil || mod.Kernels[name] == nil {
		return 0, cuda.NotFound
	}
	h := cuda.Function(d.handle())
	d.functions[h] = &function{kernel: mod.Kernels[name], shared: 48 << 10}
	return h, cuda.Success
}

// FuncSetAttribute lets a kernel have more shared memory.
func (d *Driver) FuncSetAttribute(f cuda.Function, a cuda.FunctionAttribute, v int) cuda.Result {
	r, done := d.call("FuncSetAttribute", true)
	defer done()
	fn := d.functions[f]
	switch {
	case r != cuda.Success:
	case fn == nil || a != cuda.FunctionDynamicShared || v > d.optin():
		r = cuda.InvalidValue
	default:
		fn.shared = max(fn.shared, v)
	}
	return r
}

// FuncGetAttribute knows nothing.
func (d *Driver) FuncGetAttribute(cuda.Function, cuda.FunctionAttribute) (int, cuda.Result) {
	r, done := d.call("FuncGetAttribute", true)
	defer done()
	return 0, r
}

// launch runs a kernel at once.
func (d *Driver) launch(l *cuda.Launch) cuda.Result {
	fn := d.functions[l.Function]
	if fn == nil || int(l.Shared) > fn.shared {
		return cuda.InvalidValue
	}
	grid := ptx.Dim{X: int(l.Grid[0]), Y: int(l.Grid[1]), Z: int(l.Grid[2])}
	stats, err := d.machine.Launch(fn.kernel, grid, int(l.Threads), int(l.Shared), l.Params)
	d.Ran++
	d.Stats[fn.kernel.Name] = d.Stats[fn.kernel.Name].Plus(stats)
	if err == nil {
		return cuda.Success
	}
	if !errors.As(err, &d.Fault) {
		return cuda.InvalidValue
	}
	switch d.Fault.Kind {
	case ptx.OutOfBounds:
		return cuda.IllegalAddress
	case ptx.Misaligned:
		return cuda.MisalignedAddress
	}
	return cuda.LaunchFailed
}
