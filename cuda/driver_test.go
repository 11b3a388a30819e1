package cuda_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"frontdoor/cuda"
	"frontdoor/internal/cudatest"
	"frontdoor/internal/ptx"
)

// TestOpenFails makes each call that Open needs fail, with each error that is
// known: the message names the call, says what the error means and what to do.
func TestOpenFails(t *testing.T) {
	calls := map[string]string{
		"Init": "cuInit", "DriverGetVersion": "cuDriverGetVersion", "DeviceGetCount": "cuDeviceGetCount", "DeviceGet": "cuDeviceGet",
		"DeviceGetName": "cuDeviceGetName", "DeviceGetUUID": "cuDeviceGetUuid", "DeviceGetAttribute": "cuDeviceGetAttribute",
		"DeviceTotalMem": "cuDeviceTotalMem", "DevicePrimaryCtxRetain": "cuDevicePrimaryCtxRetain",
		"CtxSetCurrent": "cuCtxSetCurrent", "StreamCreate": "cuStreamCreate",
	}
	for method, call := range calls {
		for code := range cuda.Advices {
			drv := cudatest.New()
			drv.Fail = map[string]cuda.Result{method: code}
			_, err := cuda.Open(drv, 0)
			var e *cuda.Error
			if !errors.As(err, &e) || e.Call != call || e.Result != code {
				t.Fatalf("%s fails with %d: %v", method, code, err)
			}
			if s := err.Error(); !strings.Contains(s, fmt.Sprintf("(%d)", code)) || strings.Count(s, ";") < 1 || strings.Contains(s, "\n") {
				t.Errorf("%s", s)
			}
			if s := drv.Leaks(); s != "" {
				t.Errorf("%s fails and leaves %s", method, s)
			}
		}
	}
	drv := cudatest.New()
	drv.Fail = map[string]cuda.Result{"Init": 4711}
	if _, err := cuda.Open(drv, 0); err == nil || !strings.Contains(err.Error(), "4711") {
		t.Errorf("an unknown error: %v", err)
	}
}

// What a user sees of systems that do not work.
func TestOpenSays(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*cudatest.Driver)
		ordinal int
		says    []string
	}{
		"old driver":     {func(d *cudatest.Driver) { d.Version = 10010 }, 0, []string{"CUDA up to 10.1", "needs 11.0", "update the driver"}},
		"old for Turing": {func(d *cudatest.Driver) { d.Version, d.Major, d.Minor = 10010, 7, 5 }, 0, []string{"needs 10.2"}},
		"no GPU":         {func(d *cudatest.Driver) { d.Devices = 0 }, 0, []string{"shows no GPU", "nvidia-smi -L", "CUDA_VISIBLE_DEVICES"}},
		"not so many":    {func(d *cudatest.Driver) { d.Devices = 2 }, 2, []string{"number 2 of 2", "nvidia-smi -L"}},
		"Pascal":         {func(d *cudatest.Driver) { d.Major = 6 }, 0, []string{"6.0", "compute capability 7.0", "device cpu"}},
		"stub":           {func(d *cudatest.Driver) { d.Fail = map[string]cuda.Result{"Init": cuda.StubLibrary} }, 0, []string{"stub", "LD_LIBRARY_PATH"}},
		"fabric manager": {func(d *cudatest.Driver) { d.Fail = map[string]cuda.Result{"Init": cuda.SystemNotReady} }, 0, []string{"systemctl start nvidia-fabricmanager"}},
		"mismatch":       {func(d *cudatest.Driver) { d.Fail = map[string]cuda.Result{"Init": cuda.DriverMismatch} }, 0, []string{"restart"}},
		"after suspend":  {func(d *cudatest.Driver) { d.Fail = map[string]cuda.Result{"Init": cuda.Unknown} }, 0, []string{"suspend", "nvidia_uvm"}},
	} {
		drv := cudatest.New()
		c.change(drv)
		_, err := cuda.Open(drv, c.ordinal)
		for _, s := range c.says {
			if err == nil || !strings.Contains(err.Error(), s) {
				t.Errorf("%s: %v, want %q in it", name, err, s)
			}
		}
	}
}

// Whatever call fails while a device works, the first failure stays, what is
// downloaded is NaN, and closing still gives everything back.
func TestCallsFailLater(t *testing.T) {
	for _, method := range []string{"MemAlloc", "MemcpyHtoDAsync", "MemcpyDtoHAsync", "ModuleLoadData", "ModuleGetFunction",
		"FuncSetAttribute", "LaunchKernel", "StreamSynchronize", "GraphCreate", "GraphAddKernelNode", "GraphInstantiate", "GraphLaunch"} {
		r := newRig(t, 1)
		r.drv.Fail = map[string]cuda.Result{method: cuda.Unknown}
		r.drv.FailAfter = map[string]int{method: r.drv.Calls[method] + 1}
		if method == "FuncSetAttribute" || strings.HasPrefix(method, "Graph") {
			r.drv.FailAfter[method] = 0
		}
		x := r.up(r.normal(64))
		for range 3 {
			for range 6 {
				cuda.RunAxpy(r.dev, x, x, 1, 64)
			}
			r.down(x, 64)
		}
		cuda.RunLayerNorm(r.dev, x, r.room(2), x, x, x, 1, 64, 1e-5)
		l := cuda.NewDeviceLayout(r.dev, layouts(4)["uniform"])
		kv := r.room(8 * 256)
		cuda.RunFill(r.dev, kv, 0, 8*256)
		q := r.room(8 * 128)
		cuda.RunFill(r.dev, q, 0, 8*128)
		cuda.RunAttention(r.dev, q, 0, 0, q, kv, l, 128, 1)
		kept, st, dq, dkv := r.room(8*128), r.room(16), r.room(8*128), r.room(8*256)
		cuda.RunAttentionGrad(r.dev, dq, dkv, q, kv, kept, q, st, l, 8, 128, 1)
		y := r.down(x, 64)
		var e *cuda.Error
		if err := r.dev.Err(); !errors.As(err, &e) {
			t.Errorf("%s: %v", method, err)
			continue
		}
		if method != "FuncSetAttribute" && e.Result != cuda.Unknown {
			t.Errorf("%s: %v", method, e)
		}
		if y[0] == y[0] {
			t.Errorf("%s fails, and a result is %v", method, y[0])
		}
		r.drv.Fail = nil
		r.dev.Close()
		if s := r.drv.Leaks(); s != "" {
			t.Errorf("%s: not given back: %s", method, s)
		}
	}
}

// A full device says how much was wanted and how much there is; what is kept for
// later is given up first.
func TestOutOfMemory(t *testing.T) {
	r := newRig(t, 1, func(d *cudatest.Driver) { d.Memory = 1 << 20 })
	a := r.room(100 << 10)
	cuda.Release(r.dev, a)
	b := r.room(200 << 10) // only without a
	if err := r.dev.Err(); err != nil || b == 0 {
		t.Fatal(err)
	}
	r.room(100 << 10)
	err := r.dev.Err()
	var e *cuda.Error
	if !errors.As(err, &e) || e.Result != cuda.OutOfMemory || !strings.Contains(err.Error(), "of 1 free") {
		t.Errorf("%v", err)
	}
	r.dev.Close()
	if s := r.drv.Leaks(); s != "" {
		t.Error(s)
	}
}

// The kernels' faults come out as the driver's errors.
func TestKernelFault(t *testing.T) {
	r := newRig(t, 1)
	x := r.up(r.normal(64))
	cuda.RunAxpy(r.dev, x, x, 1, 65)
	r.down(x, 64)
	var e *cuda.Error
	if !errors.As(r.dev.Err(), &e) || e.Result != cuda.IllegalAddress || r.drv.Fault.Kind != ptx.OutOfBounds {
		t.Errorf("%v, %v", r.dev.Err(), r.drv.Fault)
	}
	r.dev.Close()
}

// A step that comes again with the same addresses is one launch of a graph, and
// gives the same bits.
func TestGraphs(t *testing.T) {
	r := newRig(t, 1)
	defer r.close()
	x := r.normal(40 * 36)
	step := func() []float32 {
		p := r.up(x)
		y, stats, z := r.room(40*36), r.room(80), r.room(40*40)
		cuda.RunLayerNorm(r.dev, y, stats, p, p, p, 40, 36, 1e-5)
		h := cuda.RunSplit(r.dev, y, 40, 36, 36)
		cuda.RunProductHalves(r.dev, h, h, cuda.End(0, 0, 0, z, 0, 0, 40))
		hi, lo, inv, _ := cuda.HalfPointers(h)
		cuda.RunAxpy(r.dev, y, p, 1, 40*36)
		out := r.down(y, 40*36)
		for _, q := range []cuda.Pointer{p, y, stats, z, hi, lo, inv} {
			cuda.Release(r.dev, q)
		}
		return out
	}
	first := step()
	allocations := 0
	for i := range 6 {
		if err := same("a step", step(), first); err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			allocations = r.drv.Calls["MemAlloc"]
		}
	}
	if r.drv.Calls["MemAlloc"] != allocations {
		t.Error("a warm step allocates")
	}
	if cuda.GraphsMade(r.dev) != 1 || r.drv.Graphs < 5 {
		t.Errorf("%d graphs made, %d launches of graphs", cuda.GraphsMade(r.dev), r.drv.Graphs)
	}
	r.dev.Singly = true
	before := r.drv.Graphs
	if err := same("a step without graphs", step(), first); err != nil || r.drv.Graphs != before {
		t.Errorf("%v, %d launches of graphs", err, r.drv.Graphs-before)
	}
}

// All calls come from one thread, whichever goroutine asks, and that thread
// survives a panic.
func TestOneThread(t *testing.T) {
	var wg sync.WaitGroup
	ids := make(chan int, 20)
	for range 20 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			cuda.OnThread(func() {
				if thread != nil {
					ids <- thread()
				}
			})
		}()
	}
	func() {
		defer func() {
			if p := recover(); p != "as it should" {
				t.Errorf("recovered %v", p)
			}
		}()
		cuda.OnThread(func() { panic("as it should") })
	}()
	wg.Wait()
	close(ids)
	seen := map[int]bool{}
	for id := range ids {
		seen[id] = true
	}
	if len(seen) > 1 {
		t.Errorf("calls came from %d threads", len(seen))
	}
}
