package eval

import (
	"bytes"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func create(t *testing.T, path string) *RunDir {
	t.Helper()
	r, err := CreateRun(path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q does not mention %q", err, p)
		}
	}
}

func TestRunFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runs", "one")
	r := create(t, path)
	rows := []Row{{Method: "cdc", Seed: 1, Base: Value(71.25), New: Value(math.NaN()), PeakBytes: 1 << 20}}
	if err := r.WriteJSON(ResultsFile, Results{Version: "1", Rows: rows}); err != nil {
		t.Fatal(err)
	}
	var back Results
	if err := r.ReadJSON(ResultsFile, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rows, back.Rows); diff != "" || back.Rows[0].New != nil {
		t.Error(diff)
	}
	wantError(t, r.WriteJSON("x.json", math.NaN()), "x.json", "NaN")
	wantError(t, r.ReadJSON("none.json", &back), "none.json")
	if err := os.WriteFile(r.File("bad.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	wantError(t, r.ReadJSON("bad.json", &back), "bad.json", "damaged")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(r.File(lockFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the lock outlives Close")
	}
	_, err := CreateRun(path)
	wantError(t, err, path, "already holds a run", "-resume", "-out")
	if _, err := os.Stat(r.File(lockFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a refused folder stays locked")
	}
}

func TestRunFolderErrors(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := CreateRun(file)
	wantError(t, err, file, "cannot be made", "-out")
	_, err = CreateRun(filepath.Join(file, "sub"))
	wantError(t, err, "cannot be made")
	_, err = OpenRun(filepath.Join(dir, "none"))
	wantError(t, err, "holds no run", "-resume")
	_, err = OpenRun(dir)
	wantError(t, err, "holds no run")
	if os.Geteuid() != 0 { // root may write anywhere
		closed := filepath.Join(dir, "closed")
		if err := os.Mkdir(closed, 0o555); err != nil {
			t.Fatal(err)
		}
		_, err = CreateRun(closed)
		wantError(t, err, closed, "cannot be written", "permission denied", "-out")
	}
}

// TestInterruptedRunEqualsWhole stops in the middle, resumes with epochs that
// were done before, and compares the files.
func TestInterruptedRunEqualsWhole(t *testing.T) {
	var all []EpochRow
	for seed := range uint64(2) {
		for epoch := 1; epoch <= 3; epoch++ {
			all = append(all, EpochRow{"cdc", seed, epoch, 1.0 / float64(3*epoch), 1e-5 * float64(seed)})
		}
	}
	whole := create(t, filepath.Join(t.TempDir(), "whole"))
	defer whole.Close()
	for _, row := range all {
		if err := whole.AppendCSV(row); err != nil {
			t.Fatal(err)
		}
	}
	broken := create(t, filepath.Join(t.TempDir(), "broken"))
	early := append([]EpochRow(nil), all[:4]...)
	early[3].Loss = 99 // written, but the state of that epoch was lost
	if err := errors.Join(broken.WriteJSON(ConfigFile, 1), broken.AppendCSV(early...), broken.Close()); err != nil {
		t.Fatal(err)
	}
	resumed, err := OpenRun(broken.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer resumed.Close()
	if err := resumed.AppendCSV(all[3:]...); err != nil {
		t.Fatal(err)
	}
	want, err1 := os.ReadFile(whole.File(MetricsFile))
	got, err2 := os.ReadFile(resumed.File(MetricsFile))
	if err1 != nil || err2 != nil || !bytes.Equal(got, want) {
		t.Errorf("resumed:\n%s\nwhole:\n%s", got, want)
	}
	if !strings.HasPrefix(string(want), "method,seed,epoch,loss,lr\ncdc,0,1,0.3333333333333333,0\n") {
		t.Errorf("metrics.csv: %s", want)
	}
	if diff := cmp.Diff(all, resumed.Epochs()); diff != "" {
		t.Error(diff)
	}
}

func TestDamagedMetrics(t *testing.T) {
	for _, text := range []string{"a,b\n", "method,seed,epoch,loss,lr\ncdc,x,1,2,3\n", "method,seed,epoch,loss,lr\ncdc,1,-1,2,3\n"} {
		r := create(t, filepath.Join(t.TempDir(), "run"))
		if err := errors.Join(r.WriteJSON(ConfigFile, 1), os.WriteFile(r.File(MetricsFile), []byte(text), 0o644), r.Close()); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time shows that the lock was let go
			_, err := OpenRun(r.Path)
			wantError(t, err, MetricsFile, "delete")
		}
	}
}

func TestPeak(t *testing.T) {
	if n, ok := highWater([]byte("VmPeak:\t 9 kB\nVmHWM:\t  12 kB\nVmRSS: 3 kB\n")); !ok || n != 12<<10 {
		t.Error(n, ok)
	}
	for _, bad := range []string{"", "VmHWM:", "VmHWM: x kB"} {
		if _, ok := highWater([]byte(bad)); ok {
			t.Errorf("%q is taken for a figure", bad)
		}
	}
	ResetPeak()
	if PeakRSS() < 1<<20 {
		t.Errorf("peak %d bytes", PeakRSS())
	}
}
