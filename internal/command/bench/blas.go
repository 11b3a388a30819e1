package bench

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"frontdoor/simd"
)

// coreVariable names the environment variable that pins OpenBLAS to the kernels
// of a processor instead of letting it choose those of this one.
const coreVariable = "OPENBLAS_CORETYPE"

// fastestBLAS returns the environment in which a peer on OpenBLAS is fastest:
// the user's, or the user's without a pin, since a pin to an older processor
// would make the peer slow. The user's pin stays only if our own kernel is pinned
// too. try returns the seconds of a matrix product.
func fastestBLAS(try func(env []string) (seconds float64, err error)) ([]string, error) {
	pinned := os.Environ()
	if os.Getenv(coreVariable) == "" || os.Getenv(simd.EnvKernel) != "" {
		return pinned, nil
	}
	var free []string
	for _, v := range pinned {
		if !strings.HasPrefix(v, coreVariable+"=") {
			free = append(free, v)
		}
	}
	a, err := try(pinned)
	if err != nil {
		return nil, err
	}
	b, err := try(free)
	if err != nil {
		return nil, err
	}
	if a < b {
		return pinned, nil
	}
	fmt.Fprintf(stderr, "bench: %s=%s is not passed on to peers, which are faster without it\n", coreVariable, os.Getenv(coreVariable))
	return free, nil
}

// patientThreads lets waiting threads sleep instead of spin. PyTorch has OpenMP's
// threads and OpenBLAS's, which on few cores take time from each other by
// spinning: with two cores it encodes images up to twice as fast with sleep.
var patientThreads = []string{"OMP_WAIT_POLICY=PASSIVE", "OPENBLAS_THREAD_TIMEOUT=4"}

// torchProbe prints the seconds of a matrix product in PyTorch.
const torchProbe = `
import time, torch
a, b = torch.ones(788, 768), torch.ones(768, 768)
def once():
    start = time.perf_counter()
    a @ b
    return time.perf_counter() - start
print(min(once() for _ in range(30)))
`

// torchCommand returns the command that runs a PyTorch program with its BLAS at
// its fastest, which is found out once.
func (b *bench) torchCommand(python, program string, args ...string) (*exec.Cmd, error) {
	if b.torchEnv == nil {
		env, err := fastestBLAS(func(env []string) (float64, error) { return b.probeTorch(python, env) })
		if err != nil {
			return nil, err
		}
		b.torchEnv = slices.Concat(patientThreads, env) // the user's settings come last and win
	}
	cmd := exec.CommandContext(b.ctx, python, append([]string{"-c", program}, args...)...)
	cmd.Env = b.torchEnv
	return cmd, nil
}

// probeTorch returns the seconds of a matrix product in PyTorch.
func (b *bench) probeTorch(python string, env []string) (seconds float64, err error) {
	probe := exec.CommandContext(b.ctx, python, "-c", torchProbe)
	probe.Env = env
	out, err := probe.Output()
	if err != nil {
		return 0, fmt.Errorf("a matrix product in PyTorch: %w", err)
	}
	_, err = fmt.Sscan(string(out), &seconds)
	return seconds, err
}
