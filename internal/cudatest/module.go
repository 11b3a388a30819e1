package cudatest

import (
	"errors"
	"fmt"
	"strings"

	"frontdoor/cuda"
	"frontdoor/internal/ptx"
)

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
