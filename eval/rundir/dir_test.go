package rundir

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func create(t *testing.T, path string) *Dir {
	t.Helper()
	r, err := Create(path)
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
	if err := errors.Join(r.WriteJSON(ResultsFile, Results{Version: "1", Rows: rows}), r.WriteJSON(TimingFile, timing(rows))); err != nil {
		t.Fatal(err)
	}
	back, err := ReadResults(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rows, back.Rows); diff != "" || back.Rows[0].New != nil {
		t.Error(diff)
	}
	wantError(t, r.WriteJSON("x.json", math.NaN()), "x.json", "NaN")
	wantError(t, r.ReadJSON("none.json", back), "none.json")
	if err := os.WriteFile(r.File("bad.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	wantError(t, r.ReadJSON("bad.json", back), "bad.json", "damaged")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(r.File(lockFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the lock outlives Close")
	}
	_, err = Create(path)
	wantError(t, err, path, "already holds a run", "add Resume", "another run folder")
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
	_, err := Create(file)
	wantError(t, err, file, "cannot be made", "another run folder")
	_, err = Create(filepath.Join(file, "sub"))
	wantError(t, err, "cannot be made")
	_, err = Open(filepath.Join(dir, "none"))
	wantError(t, err, "holds no run", "leave Resume away")
	_, err = Open(dir)
	wantError(t, err, "holds no run")
	if os.Geteuid() != 0 { // root may write anywhere
		closed := filepath.Join(dir, "closed")
		if err := os.Mkdir(closed, 0o555); err != nil {
			t.Fatal(err)
		}
		_, err = Create(closed)
		wantError(t, err, closed, "cannot be written", "permission denied", "another run folder")
	}
}

func TestMetrics(t *testing.T) {
	var all []EpochRow
	for seed := range uint64(2) {
		for epoch := 1; epoch <= 3; epoch++ {
			all = append(all, EpochRow{Method: "cdc", Seed: seed, Epoch: epoch, Loss: 1.0 / float64(3*epoch), LR: 1e-5 * float64(seed), Dataset: "shape", Shots: 16, M: 4})
		}
	}
	all[1].Base, all[1].New, all[2].Accuracy = Value(71.25), Value(0), Value(1.0/3)
	r := create(t, filepath.Join(t.TempDir(), "run"))
	defer r.Close()
	if err := r.WriteEpochs(all); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(r.File(MetricsFile))
	if err != nil {
		t.Fatal(err)
	}
	want := "method,seed,epoch,loss,lr,dataset,shots,m,base,new,accuracy\ncdc,0,1,0.3333333333333333,0,shape,16,4,,,\ncdc,0,2,0.16666666666666666,0,shape,16,4,71.25,0,\n"
	if !strings.HasPrefix(string(text), want) {
		t.Errorf("metrics.csv:\n%s", text)
	}
	back, err := ReadEpochs(r.Path)
	if diff := cmp.Diff(all, back); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if rows, err := ReadEpochs(t.TempDir()); rows != nil || err != nil {
		t.Errorf("a run without metrics.csv: %v, %v", rows, err)
	}
	old := "method,seed,epoch,loss,lr\ncdc,1,2,0.5,0.03\n" // of earlier versions
	if err := os.WriteFile(r.File(MetricsFile), []byte(old), 0o644); err != nil {
		t.Fatal(err)
	}
	back, err = ReadEpochs(r.Path)
	if diff := cmp.Diff([]EpochRow{{Method: "cdc", Seed: 1, Epoch: 2, Loss: 0.5, LR: 0.03}}, back); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestDamagedMetrics(t *testing.T) {
	for _, text := range []string{"a,b\n", "method,seed,epoch,loss,lr\ncdc,x,1,2,3\n", "method,seed,epoch,loss,lr\ncdc,1,-1,2,3\n"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, MetricsFile), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := ReadEpochs(dir)
		wantError(t, err, MetricsFile, "damaged")
	}
}

// Results that still had the clock in them can be read.
func TestOldResults(t *testing.T) {
	dir := t.TempDir()
	text := `{"version": "1", "rows": [{"method": "cdc", "base": 70, "train_seconds": 2.5, "peak_bytes": 9}]}`
	if err := os.WriteFile(filepath.Join(dir, ResultsFile), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := ReadResults(dir)
	if err != nil {
		t.Fatal(err)
	}
	if row := r.Rows[0]; r.Version != "1" || row.Method != "cdc" || *row.Base != 70 || *row.TrainSeconds != 2.5 || row.PeakBytes != 9 {
		t.Errorf("%+v", r)
	}
}

// Results of a run on a GPU name it, with its driver and its arithmetic; others name
// none.
func TestResultsNameTheGPU(t *testing.T) {
	c := &Config{Kernel: "fp16x2", Device: "cuda:0 Imitation, driver for CUDA 12.0"}
	if r := (Finished{}).results(c); r.Device != c.Device || r.Kernel != c.Kernel {
		t.Errorf("on a GPU: %+v", r)
	}
	c.Device = ""
	if r := (Finished{}).results(c); r.Device != "" || r.Kernel != "" {
		t.Errorf("on the CPU: %+v", r)
	}
}

// What a terminal would obey is written as JSON does, and read back as it was.
func TestJSONWithoutControlCharacters(t *testing.T) {
	r := create(t, t.TempDir())
	const name = "a\u009b\x7f\u202e\n"
	if err := r.WriteJSON("x.json", name); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(r.File("x.json"))
	if want := `"a\u009b\u007f\u202e\n"` + "\n"; err != nil || string(text) != want {
		t.Errorf("%q, %v, want %q", text, err, want)
	}
	var got string
	if err := r.ReadJSON("x.json", &got); err != nil || got != name {
		t.Errorf("%q, %v", got, err)
	}
}
