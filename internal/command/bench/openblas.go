package bench

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

//go:embed peers/openblas.c
var openblasSource []byte

// startOpenBLAS compiles the peer program in a folder of its own and starts it.
func (b *bench) startOpenBLAS() (*child, error) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		return nil, fmt.Errorf("no C compiler: %w", err)
	}
	dir, err := os.MkdirTemp("", "bench-openblas-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) // the program runs on without its file
	source, program := filepath.Join(dir, "peer.c"), filepath.Join(dir, "peer")
	if err := os.WriteFile(source, openblasSource, 0o600); err != nil {
		return nil, err
	}
	if out, err := exec.CommandContext(b.ctx, cc, "-O2", "-o", program, source, "-lopenblas").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s cannot link OpenBLAS (Debian: install libopenblas-dev): %w; %s", cc, err, firstLine(out))
	}
	env, err := fastestBLAS(func(env []string) (float64, error) {
		c, err := b.runOpenBLAS(program, env)
		if err != nil {
			return 0, err
		}
		defer c.stop()
		return c.ask("788 768 768 1 20")
	})
	if err != nil {
		return nil, err
	}
	return b.runOpenBLAS(program, env)
}

// runOpenBLAS starts the compiled program in an environment.
func (b *bench) runOpenBLAS(program string, env []string) (*child, error) {
	cmd := exec.CommandContext(b.ctx, program)
	// Its idle threads spin for a while; 2^20 cycles
	// are less than the pause between two turns.
	cmd.Env = append(slices.Clip(env), "OPENBLAS_THREAD_TIMEOUT=20")
	return startChild(cmd)
}

func firstLine(out []byte) []byte {
	for i, c := range out {
		if c == '\n' {
			return out[:i]
		}
	}
	return out
}
