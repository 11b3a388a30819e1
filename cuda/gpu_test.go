package cuda_test

import (
	"fmt"
	"testing"
	"time"

	"frontdoor/cuda"
	"frontdoor/internal/cudatest"
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

// BenchmarkProducts times products of the towers' shapes on a GPU: rows, columns
// and steps as in the name.
func BenchmarkProducts(b *testing.B) {
	if !onGPU {
		b.Skip("an imitation has no speed")
	}
	for _, s := range [][3]int{{788, 768, 768}, {788, 2304, 768}, {788, 3072, 768}, {788, 768, 3072}, {1576, 3072, 768}, {3152, 3072, 768}, {3152, 768, 3072}} {
		m, n, k := s[0], s[1], s[2]
		r := newRig(b, 1)
		pa, pb, c := r.up(r.normal(m*k)), r.up(r.normal(n*k)), r.room(m*n)
		ha, hb := cuda.RunSplit(r.dev, pa, m, k, k), cuda.RunSplit(r.dev, pb, n, k, k)
		exact := cuda.WithoutLow(hb)
		end := cuda.End(0, 0, 0, c, 0, 0, n)
		for name, run := range map[string]func(){
			"x2":   func() { cuda.RunProductHalves(r.dev, ha, exact, end) },
			"x3":   func() { cuda.RunProductHalves(r.dev, ha, hb, end) },
			"simt": func() { cuda.RunProductFloats(r.dev, m, n, k, cuda.Matrix(pa, k, 1), cuda.Matrix(pb, k, 1), end) },
		} {
			b.Run(fmt.Sprintf("%s/%dx%dx%d", name, m, n, k), func(b *testing.B) {
				run()
				r.down(c, 1)
				start := time.Now()
				for range b.N {
					run()
				}
				r.down(c, 1)
				b.ReportMetric(2*float64(m)*float64(n)*float64(k)*float64(b.N)/time.Since(start).Seconds()/1e12, "TFLOPS")
			})
		}
		r.close()
	}
}
