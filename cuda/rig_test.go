package cuda_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"unsafe"

	"frontdoor/cuda"
	"frontdoor/internal/cudatest"
)

// onGPU says that kernels run on this machine's GPU instead of an imitation, which
// needs the tag cuda: tools/gpu/check.sh asks for it.
var onGPU = os.Getenv("FRONTDOOR_GPU") != ""

// rig is a device on an imitated driver, and random numbers.
type rig struct {
	t   testing.TB
	drv *cudatest.Driver
	dev *cuda.Device
	rng *rand.Rand
}

// newRig opens a device of compute capability major.minor. At the end of the test
// nothing may be left of it.
func newRig(t testing.TB, seed uint64, change ...func(*cudatest.Driver)) *rig {
	t.Helper()
	drv := cudatest.New()
	drv.Seed, drv.Thread = seed, thread
	for _, f := range change {
		f(drv)
	}
	var system cuda.Driver = drv
	if onGPU {
		var err error
		if system, err = cuda.System(); err != nil {
			t.Fatal(err)
		}
	}
	dev, err := cuda.Open(system, 0)
	if err != nil {
		t.Fatal(err)
	}
	return &rig{t, drv, dev, rand.New(rand.NewPCG(seed, 7))}
}

// close gives the device back and reports what was lost.
func (r *rig) close() {
	r.t.Helper()
	if err := r.dev.Close(); err != nil {
		r.t.Error(err, r.drv.Fault)
	}
	if s := r.drv.Leaks(); s != "" {
		r.t.Error("not given back: ", s)
	}
}

// err returns what went wrong on the device so far, after a look at its queue.
func (r *rig) err() error {
	cuda.Flush(r.dev)
	if r.drv.Fault != nil {
		return r.drv.Fault
	}
	return r.dev.Err()
}

// normal returns n random numbers.
func (r *rig) normal(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.rng.NormFloat64())
	}
	return x
}

// up copies numbers to the device.
func (r *rig) up(x []float32) cuda.Pointer {
	p := cuda.Allocate(r.dev, len(x))
	cuda.UploadBytes(r.dev, p, bytesOf(x))
	return p
}

func (r *rig) upInts(x []int32) cuda.Pointer {
	p := cuda.Allocate(r.dev, len(x))
	cuda.UploadBytes(r.dev, p, bytesOf(x))
	return p
}

// room returns memory for n numbers that nobody has written: to read back what a
// kernel left out is an error.
func (r *rig) room(n int) cuda.Pointer { return cuda.Allocate(r.dev, n) }

// down copies n numbers from the device.
func (r *rig) down(p cuda.Pointer, n int) []float32 {
	x := make([]float32, n)
	cuda.DownloadFloats(r.dev, x, p)
	return x
}

func bytesOf[T float32 | int32](x []T) []byte {
	if len(x) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), 4*len(x))
}

// same compares bits, taking all NaNs for the same.
func same(what string, got, want []float32) error {
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) && (got[i] == got[i] || want[i] == want[i]) {
			return fmt.Errorf("%s[%d] = %v, want %v", what, i, got[i], want[i])
		}
	}
	return nil
}

// near compares with float64 values, allowing an error of tol times the largest.
func near(what string, got []float32, want []float64, tol float64) error {
	scale := 0.0
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	for i, w := range want {
		if d := math.Abs(float64(got[i]) - w); !(d <= tol*scale) {
			return fmt.Errorf("%s[%d] = %v, want %v within %g", what, i, got[i], w, tol*scale)
		}
	}
	return nil
}

func widen(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// firstError returns the first that is one.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
