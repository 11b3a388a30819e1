// Package bench is the command that measures the kernels and the image tower on
// this machine, and beside them, in the same run and by turns, whatever peers
// it finds: OpenBLAS (a C compiler and libopenblas-dev), PyTorch
// (python3-torch), gonum, image/jpeg, x/image and Pillow
// (tools/peers/setup.sh).
package bench

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"frontdoor/cuda"
	"frontdoor/internal/cli"
	"frontdoor/internal/term"
	"frontdoor/simd"
)

const help = `Usage: go run ./cmd/bench [flags]

Measures matrix products (gemm/), row operations (rows/), reading and
scaling photos (imaging/), image encoding (encode/), training steps (step/) and
fits of heads on cached features (adapter/; of 1,000 classes only if named, and once), and
the service under load (serve/, beside FastAPI; only if named), with
OpenBLAS, PyTorch, gonum, image/jpeg, x/image and Pillow beside them where they
are installed (tools/peers/setup.sh), and what each exact saving brings to a step
(savings/, only if named). With -device cuda: encoding and steps on a GPU (gpu/);
without, -only gpu/ shows what was measured on one before. A value is the median of
rounds in which all take turns. Peers choose their kernels themselves, unless
FRONTDOOR_SIMD names ours.

  go run ./cmd/bench -only gemm/197
  go run ./cmd/bench -only encode -threads 2
  go run ./cmd/bench -only imaging -photos caltech-101/101_ObjectCategories
  go run ./cmd/bench -json > bench.json
  go run ./cmd/bench -only gpu/ -gpu h100.json

Flags:
`

// stderr shows messages that hold what peers and files say.
var stderr = term.Shown(os.Stderr)

// bench holds what the measurements share.
type bench struct {
	only       string
	threads    []int
	stepCounts []int // threads for training steps
	rounds     int
	best       bool
	peers      bool
	ctx        context.Context
	report     func(Record)

	photos   string   // a folder of JPEG files, or none
	torchEnv []string // the environment of peers on PyTorch, once it is known

	gpu     *cuda.Device // that is measured instead of the CPU, or nil
	gpuFile string       // what was measured on one before
}

// Run does what the arguments of the command say.
func Run(ctx context.Context, args []string) error {
	if child, err := asChild(ctx); child {
		return err
	}
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	asJSON := fs.Bool("json", false, "print a JSON array instead of a table")
	only := fs.String("only", "", "measure only what has a name with this `prefix`, or one of several, comma-separated")
	threads := fs.String("threads", "", "comma-separated `numbers` of threads (default 1 and all cores; for training steps all cores)")
	rounds := fs.Int("rounds", 7, "rounds of a measurement")
	best := fs.Bool("best", false, "report the fastest round instead of the median, for a machine that others use too")
	cpu := fs.Bool("cpu", false, "measure the processor time of all threads instead of the time that passes, without peers, for a machine that others use too (Linux)")
	photos := fs.String("photos", "", "`folder` of JPEG files for imaging/ (default pictures of the size of Caltech101's)")
	peers := fs.Bool("peers", true, "measure OpenBLAS, PyTorch and gonum too")
	device := fs.String("device", "cpu", cli.DeviceFlag+"; on a GPU encoding and training steps are measured (gpu/)")
	gpuFile := fs.String("gpu", "tools/gpu/result.json", "`FILE` that tools/gpu/check.sh left on a machine with a GPU, to be shown with -only gpu/")
	if err := cli.Parse(fs, args, help); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return cli.Usagef("unexpected argument %q", fs.Arg(0))
	}
	if *rounds < 1 {
		return cli.Usagef("-rounds %d: must be at least 1", *rounds)
	}
	counts, err := parseThreads(*threads)
	if err != nil {
		return err
	}
	b := &bench{only: *only, threads: counts, stepCounts: counts, rounds: *rounds, best: *best, peers: *peers, photos: *photos, ctx: ctx}
	if *threads == "" {
		b.stepCounts = counts[len(counts)-1:]
	}
	if clock = wallTime; *cpu {
		if clock, b.peers = cpuTime, false; math.IsNaN(cpuTime()) {
			return cli.Usagef("-cpu: this system does not tell the processor time in /proc/self/stat")
		}
	}
	if b.gpuFile = *gpuFile; *cpu && *device != "cpu" {
		return cli.Usagef("-cpu measures processors, not -device %s", *device)
	}
	if b.gpu, err = cli.Device("bench", *device); err != nil {
		return err
	}
	parts := []func() error{b.gemm, b.rows, b.pictures, b.encode, b.steps, b.adapters, b.service, b.gpuResults}
	if b.gpu != nil {
		defer b.gpu.Close() // its failures come out through onGPU
		parts = []func() error{b.onGPU}
		fmt.Fprintln(stderr, b.gpu)
	}
	out := newPrinter(cli.Stdout, *asJSON)
	b.report = out.add
	fmt.Fprintf(stderr, "%s %s, %d cores, kernels %s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), simd.Kernel())
	for _, part := range parts {
		if err := part(); err != nil {
			return err
		}
	}
	if out.n == 0 {
		return cli.Usagef("-only %s: no measurement has such a name; they begin with gemm/, rows/, imaging/, encode/, step/, adapter/, serve/, savings/ and gpu/", *only)
	}
	return out.end()
}

// parseThreads reads the value of -threads.
func parseThreads(s string) ([]int, error) {
	if s == "" {
		return slices.Compact([]int{1, runtime.GOMAXPROCS(0)}), nil
	}
	var counts []int
	for _, f := range strings.Split(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(f))
		if err != nil || n < 1 {
			return nil, cli.Usagef("-threads %s: %q is not a positive number", s, f)
		}
		counts = append(counts, n)
	}
	return counts, nil
}

// wanted reports whether -only selects the name.
func (b *bench) wanted(name string) bool {
	return slices.ContainsFunc(strings.Split(b.only, ","), func(prefix string) bool {
		return strings.HasPrefix(name, strings.TrimSpace(prefix))
	})
}
