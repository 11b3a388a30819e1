package serve

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"frontdoor/internal/cli"
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
