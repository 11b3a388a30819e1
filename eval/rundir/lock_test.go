package rundir

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestFolderHasOneHolder(t *testing.T) {
	r := create(t, t.TempDir())
	_, err := Create(r.Path)
	wantError(t, err, fmt.Sprintf("process %d is writing it", os.Getpid()))
	if err := r.WriteJSON(ConfigFile, 1); err != nil {
		t.Fatal(err)
	}
	_, err = Open(r.Path)
	wantError(t, err, "is writing it")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(r.Path)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestHelperHoldsFolder is not a test: it is the process that
// TestLockOfKilledProcess starts and kills.
func TestHelperHoldsFolder(t *testing.T) {
	path := os.Getenv("EVAL_TEST_HOLD")
	if path == "" {
		t.Skip("runs only as a child of TestLockOfKilledProcess")
	}
	create(t, path)
	fmt.Println("held")
	time.Sleep(time.Minute)
}

func TestLockOfKilledProcess(t *testing.T) {
	path := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestHelperHoldsFolder$")
	child.Env = append(os.Environ(), "EVAL_TEST_HOLD="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatal(line, err)
	}
	_, err = Create(path)
	wantError(t, err, fmt.Sprintf("process %d is writing it", child.Process.Pid))
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // says "killed"
	if err := create(t, path).Close(); err != nil {
		t.Fatal(err)
	}
}
