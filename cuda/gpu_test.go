package cuda_test

import (
	"fmt"
	"testing"
	"time"

	"frontdoor/cuda"
	"frontdoor/internal/cudatest"
	"frontdoor/internal/ptx"
)

// TestTensorCoresAreAsModelled compares products on a GPU's tensor cores with
// those of the model, bit by bit.
func TestTensorCoresAreAsModelled(t *testing.T) {
	if !onGPU {
		t.Skip("skipped: it needs a GPU, tag cuda and FRONTDOOR_GPU=1")
	}
	const m, n, k = 64, 64, 256
	gpu := newRig(t, 3)
	defer gpu.close()
	drv := cudatest.New()
	drv.Major, drv.Minor = gpu.dev.Major, gpu.dev.Minor
	model, err := cuda.Open(drv, 0)
	if err != nil {
		t.Fatal(err)
	}
	imitated := &rig{t, drv, model, gpu.rng}
	defer imitated.close()
	a, b := gpu.normal(m*k), gpu.normal(n*k)
	run := func(r *rig) []float32 {
		ha, hb := cuda.RunSplit(r.dev, r.up(a), m, k, k), cuda.RunSplit(r.dev, r.up(b), n, k, k)
		c := r.room(m * n)
		cuda.RunProductHalvesIn(r.dev, cuda.Tiles[1], 1, 3, ha, hb, cuda.End(0, 0, 0, c, 0, 0, n))
		return r.down(c, m*n)
	}
	if err := same("c", run(gpu), run(imitated)); err != nil {
		t.Error(err)
	}
}

// TestEveryKernelCompiles has the driver compile all kernels that the
// GPU can run.
func TestEveryKernelCompiles(t *testing.T) {
	r := newRig(t, 1)
	defer r.close()
	for _, name := range cuda.KernelNames() {
		if err := cuda.Compile(r.dev, name); err != nil {
			t.Error(err)
		}
	}
	if r.drv.Calls["ModuleLoadData"] == 0 && !onGPU {
		t.Error("nothing was compiled")
	}
}

// BenchmarkProducts times products of the towers' shapes on a GPU: rows, columns
// and steps as in the name. x2 and x3 have factors in halves already, x2split makes
// those of the first. The error is the L2 error of some rows against float64.
func BenchmarkProducts(b *testing.B) {
	if !onGPU {
		b.Skip("an imitation has no speed")
	}
	for _, s := range [][3]int{{788, 768, 768}, {788, 2304, 768}, {788, 3072, 768}, {788, 768, 3072}, {1576, 3072, 768}, {3152, 3072, 768}, {3152, 768, 3072}} {
		benchmarkProduct(b, s[0], s[1], s[2])
	}
}

func benchmarkProduct(b *testing.B, m, n, k int) {
	const rows = 4 // that are compared
	r := newRig(b, 1)
	defer r.close()
	x, w := r.normal(m*k), r.normal(n*k)
	for i := range w {
		w[i] = ptx.FromHalf(ptx.ToHalf(w[i]))
	}
	exact := product(x[:rows*k], w, rows, n, k)
	px, pw, c := r.up(x), r.up(w), r.room(m*n)
	hx, hw := cuda.RunSplit(r.dev, px, m, k, k), cuda.RunSplit(r.dev, pw, n, k, k)
	half, end := cuda.WithoutLow(hw), cuda.End(0, 0, 0, c, 0, 0, n)
	for _, way := range []struct {
		name string
		run  func()
	}{
		{"x2", func() { cuda.RunProductHalves(r.dev, hx, half, end) }},
		{"x3", func() { cuda.RunProductHalves(r.dev, hx, hw, end) }},
		{"x2split", func() {
			h := cuda.RunSplit(r.dev, px, m, k, k)
			cuda.RunProductHalves(r.dev, h, half, end)
			cuda.ReleaseHalves(r.dev, h)
		}},
		{"simt", func() { cuda.RunProductFloats(r.dev, m, n, k, cuda.Matrix(px, k, 1), cuda.Matrix(pw, k, 1), end) }},
	} {
		b.Run(fmt.Sprintf("%s/%dx%dx%d", way.name, m, n, k), func(b *testing.B) {
			way.run()
			got := r.down(c, rows*n)
			start := time.Now()
			for range b.N {
				way.run()
			}
			r.down(c, 1)
			b.ReportMetric(2*float64(m)*float64(n)*float64(k)*float64(b.N)/time.Since(start).Seconds()/1e12, "TFLOPS")
			b.ReportMetric(rowsL2(got, exact, n), "L2error")
		})
	}
}
