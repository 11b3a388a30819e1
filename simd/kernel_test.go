package simd

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestUse(t *testing.T) {
	best := Kernel()
	if names := Kernels(); names[0] != "generic" || !slices.Contains(names, best) {
		t.Fatalf("Kernels() = %v, Kernel() = %s", names, best)
	}
	restore, err := Use("generic")
	if err != nil || Kernel() != "generic" {
		t.Fatalf("Use: %v, now %s", err, Kernel())
	}
	restore()
	if Kernel() != best {
		t.Errorf("restored %s, want %s", Kernel(), best)
	}
	restore, err = Use("abacus")
	restore()
	if err == nil || !strings.Contains(err.Error(), strings.Join(Kernels(), ", ")) || Kernel() != best {
		t.Errorf("Use of an unknown kernel: %v, now %s", err, Kernel())
	}
}

// The environment is read when the program starts, so the test runs itself.
func TestEnvironment(t *testing.T) {
	if os.Getenv("SIMD_TEST_CHILD") != "" {
		os.Stdout.WriteString("kernel=" + Kernel() + "\n")
		if err := Err(); err != nil {
			os.Stdout.WriteString("err=" + err.Error() + "\n")
		}
		return
	}
	if err := Err(); err != nil {
		t.Skip(err)
	}
	best := Kernels()[len(Kernels())-1]
	for _, c := range []struct{ value, kernel, err string }{
		{"generic", "kernel=generic\n", ""},
		{best, "kernel=" + best + "\n", ""},
		{"", "kernel=" + best + "\n", ""},
		{"abacus", "kernel=" + best + "\n", `err=environment variable FRONTDOOR_SIMD: unknown kernel "abacus"`},
	} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestEnvironment$")
		cmd.Env = append(os.Environ(), "SIMD_TEST_CHILD=1", EnvKernel+"="+c.value)
		out, err := cmd.CombinedOutput()
		if errors.Is(err, syscall.ENOEXEC) {
			t.Skip("the test runs in an emulator, which cannot start it again")
		}
		if s := string(out); err != nil || !strings.Contains(s, c.kernel) || !strings.Contains(s, c.err) || (c.err == "") == strings.Contains(s, "err=") {
			t.Errorf("%s=%q: %v\n%s", EnvKernel, c.value, err, out)
		}
	}
}
