package serve

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"frontdoor/internal/cli"
	"frontdoor/internal/fifo"
)

// The test program is the command itself where this variable is set.
const isServe = "FRONTDOOR_TEST_SERVE"

func TestMain(m *testing.M) {
	if os.Getenv(isServe) != "" {
		cli.Main("serve", Run)
		return
	}
	os.Exit(m.Run())
}

// SIGHUP loads the models anew and SIGTERM ends the process with exit code 0.
func TestSignals(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-run", finished, "-listen", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), isServe+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	logs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(line, "serving finished at http://127.0.0.1:") {
		t.Fatal(line, err)
	}
	lines := bufio.NewScanner(logs)
	until := func(words string) {
		t.Helper()
		for lines.Scan() {
			if strings.Contains(lines.Text(), words) {
				return
			}
		}
		t.Fatalf("nothing of %q in the log", words)
	}
	until("msg=loaded")
	cmd.Process.Signal(syscall.SIGHUP)
	until("msg=loaded")
	cmd.Process.Signal(syscall.SIGTERM)
	until("msg=draining")
	for lines.Scan() { // to the end, before Wait closes it
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// Ctrl-C ends a service that still waits for its token, which may come by a pipe.
func TestInterruptedWhileItWaits(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "token")
	if err := fifo.Make(pipe); err != nil {
		t.Skip("skipped: no pipes here: ", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := run(ctx, []string{"-run", finished, "-listen", "127.0.0.1:0", "-token-file", pipe}, io.Discard, io.Discard); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}
