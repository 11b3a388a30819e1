// Package cudatest imitates NVIDIA's driver for tests: it has the driver's
// memory, modules, streams and graphs, and runs kernels on the CPU by package
// ptx. Each call can be made to fail, the driver can be old, and the memory
// small.
package cudatest

import (
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
		sizes: map[cuda.Pointer]uint64{},
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
