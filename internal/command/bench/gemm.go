package bench

import (
	"fmt"
	"runtime"
	"time"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"frontdoor/internal/parallel"
	"frontdoor/simd"
	"frontdoor/simd/peak"
)

// gemmShapes are m, n, k of the linear layers of ViT-B/16 for 1, 4 and 16
// images of 197 tokens, and of the text tower.
var gemmShapes = func() (shapes [][3]int) {
	for _, m := range []int{197, 788, 3152} {
		for _, nk := range [][2]int{{768, 768}, {2304, 768}, {3072, 768}, {768, 3072}} {
			shapes = append(shapes, [3]int{m, nk[0], nk[1]})
		}
	}
	return append(shapes, [3]int{500, 512, 512}, [3]int{500, 2048, 512}, [3]int{500, 512, 2048}, [3]int{16, 512, 512})
}()

// turnTime is about how long one turn of a short computation lasts.
const turnTime = 20 * time.Millisecond

// gemm measures C = A Bᵀ in GFLOPS.
func (b *bench) gemm() error {
	var openblas *child
	tried := false
	defer func() { openblas.stop() }()
	for _, s := range gemmShapes {
		shape := fmt.Sprintf("%dx%dx%d", s[0], s[1], s[2])
		if !b.wanted("gemm/" + shape) {
			continue
		}
		if b.peers && !tried {
			var err error
			if openblas, err = b.startOpenBLAS(); err != nil {
				fmt.Fprintf(stderr, "bench: without OpenBLAS: %v\n", err)
			}
			tried = true
		}
		for _, threads := range b.threads {
			if err := b.gemmShape(shape, s[0], s[1], s[2], threads, openblas); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) gemmShape(shape string, m, n, k, threads int, openblas *child) error {
	x, w, y := ramp(m*k), ramp(n*k), make([]float32, m*n)
	c, a, bt := simd.Dense(y, m, n), simd.Dense(x, m, k), simd.Dense(w, n, k)
	flops := 2 * float64(m) * float64(n) * float64(k)
	runners := []runner{
		{name: "gemm/", turn: timed(turnTime, func() { simd.Gemm(simd.NT, c, a, bt, false) })},
	}
	if openblas != nil {
		reps := max(1, int(turnTime.Seconds()/(flops/(80e9*float64(threads)))))
		runners = append(runners, runner{name: "openblas", turn: func() (float64, error) {
			t, err := openblas.ask("%d %d %d %d %d", m, n, k, threads, reps)
			time.Sleep(2 * time.Millisecond) // until its threads sleep
			return t, err
		}})
	}
	runners = append(runners,
		runner{name: "peak", turn: func() (float64, error) { return flops / fmaPeak(threads), nil }})
	if b.peers {
		a := blas32.General{Rows: m, Cols: k, Stride: k, Data: x}
		bt := blas32.General{Rows: n, Cols: k, Stride: k, Data: w}
		c := blas32.General{Rows: m, Cols: n, Stride: n, Data: y}
		runners = append(runners, runner{name: "gonum", rounds: 1, turn: func() (float64, error) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
			start := time.Now()
			blas32.Gemm(blas.NoTrans, blas.Trans, 1, a, bt, 0, c)
			return time.Since(start).Seconds(), nil
		}})
	}
	o, err := b.race(threads, runners)
	if err != nil {
		return err
	}
	for _, other := range []string{"peak", "openblas", "gonum"} {
		if t, ok := o.seconds[other]; ok {
			b.report(Record{"gemm/" + shape, flops / o.seconds["gemm/"] / 1e9, "GFLOPS", threads, other, flops / t / 1e9, o.ratio("gemm/", other, b.best)})
		}
	}
	return nil
}

// fmaPeak returns the floating-point operations a second of that many threads.
func fmaPeak(threads int) float64 {
	const rounds = 1 << 21
	start := time.Now()
	parallel.For(threads, 1, func(lo, hi int) {
		for range hi - lo {
			peak.FMAs(rounds)
		}
	})
	flops := peak.FMAs(1) * rounds * float64(threads)
	return flops / time.Since(start).Seconds()
}

// ramp returns n numbers of either sign.
func ramp(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i%17-8) / 8
	}
	return x
}
