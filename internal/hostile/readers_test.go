package hostile_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"
	"testing"
	"time"

	"frontdoor/clip"
	"frontdoor/data/coop/matfile"
	"frontdoor/data/files"
	"frontdoor/eval/confusion"
	"frontdoor/eval/report"
	"frontdoor/eval/rundir"
	"frontdoor/imaging"
	"frontdoor/internal/hostile"
	"frontdoor/internal/lockfile"
	"frontdoor/internal/procmem"
	"frontdoor/internal/recordfile"
	"frontdoor/internal/textfile"
	"frontdoor/textenc/bpe"
	"frontdoor/weights"
)

// A reader reads the file at path in whatever way; what comes of it does not
// matter here.
type reader struct {
	name string
	read func(path string) error
	// What it may cost: memory in any case, and for each byte of the file.
	free, perByte int64
}

const mib = 1 << 20

// readers are all that read files of others.
var readers = []reader{
	{"image", func(path string) error { _, err := imaging.Load(context.Background(), path); return err }, 400 * mib, 4096},
	{"image upright", func(path string) error { _, err := imaging.LoadUpright(context.Background(), path); return err }, 400 * mib, 4096},
	{"image header", func(path string) error { _, _, err := imaging.Probe(path); return err }, 64 * mib, 16},
	{"weights", func(path string) error {
		f, err := weights.Open(path)
		if err == nil {
			err = f.Close()
		}
		return err
	}, 256 * mib, 16},
	{"model", func(path string) error { _, err := clip.Load(path); return err }, 256 * mib, 16},
	{"vocabulary", func(path string) error { _, err := bpe.Load(path); return err }, 128 * mib, 64},
	{"MATLAB", func(path string) error { _, err := matfile.Read(path, "x"); return err }, 64 * mib, 96},
	{"text", func(path string) error { _, err := textfile.Read(path); return err }, 64 * mib, 32},
	{"images of a place", func(path string) error { _, err := files.Open(context.Background(), path); return err }, 256 * mib, 64},
	{"every image of a place", func(path string) error { _, _, err := files.Every(context.Background(), path); return err }, 256 * mib, 64},
	{"records", func(path string) error { _, err := recordfile.Open(path, 150528); return err }, 64 * mib, 16},
	{"lock", lockfile.Acquire, 64 * mib, 16},
	{"run folder", inFolder(func(dir string) error { return report.Write(context.Background(), dir, report.Options{}) }, rundir.ResultsFile, rundir.MetricsFile), 256 * mib, 64},
	{"predictions", inFolder(readPredictions, rundir.PredictionsFile), 128 * mib, 64},
	{"configuration", inFolder(func(dir string) error { _, err := rundir.ReadConfig(dir); return err }, rundir.ConfigFile), 128 * mib, 64},
	{"epochs", inFolder(func(dir string) error { _, err := rundir.ReadEpochs(dir); return err }, rundir.MetricsFile), 128 * mib, 64},
}

// readPredictions counts the predictions of a run folder, as its page does.
func readPredictions(dir string) error {
	_, err := confusion.Count(rundir.ReadPredictions(dir), 10)
	return err
}

// inFolder makes a reader of a folder in which the file has the given names.
func inFolder(read func(dir string) error, names ...string) func(path string) error {
	return func(path string) error {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var last error
		for _, name := range names {
			dir, err := os.MkdirTemp(filepath.Dir(path), "run")
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
				return err
			}
			last = read(dir)
		}
		return last
	}
}

// cost is what reading took.
type cost struct {
	what   string
	bytes  int64 // of memory, at most, over what there was
	time   time.Duration
	length int // of the error's message
}

// measure reads a file and returns what that took. Memory is the process's, so
// that nothing hides.
func measure(t *testing.T, r reader, path string) cost {
	t.Helper()
	procmem.ResetPeak()
	before := procmem.Peak()
	begin := time.Now()
	err := r.read(path)
	c := cost{what: r.name + ", " + filepath.Base(path), bytes: procmem.Peak() - before, time: time.Since(begin)}
	if err != nil {
		c.length = len(strings.ReplaceAll(err.Error(), path, ""))
	}
	return c
}

// check fails if the cost is above what the file's length allows.
func (c cost) check(t *testing.T, limit int64) {
	t.Helper()
	if c.bytes > limit {
		t.Errorf("%s: %d MiB of memory, more than %d MiB", c.what, c.bytes/mib, limit/mib)
	}
	if c.time > 2*time.Minute { // it hangs; on a machine that does nothing else it is a few seconds
		t.Errorf("%s: %v", c.what, c.time)
	}
	if c.length > 600 { // which the commands would cut
		t.Errorf("%s: a message of %d bytes", c.what, c.length)
	}
}

// Every reader reads every hostile file within the memory that the file's length
// allows, in seconds, and says what is wrong in a few hundred bytes.
// FRONTDOOR_HOSTILE_TABLE names a file for the costs.
func TestEveryReaderOnEveryFile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("skipped: only Linux tells the most memory that a process had, and forgets it")
	}
	if testing.Short() {
		t.Skip("skipped: it takes minutes")
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(2 << 30))
	dir := t.TempDir()
	var all []cost
	for _, f := range hostile.All() {
		t.Run(f.Name, func(t *testing.T) {
			path := filepath.Join(dir, f.Name)
			if err := os.WriteFile(path, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
			for _, r := range readers {
				c := measure(t, r, path)
				all = append(all, c)
				c.check(t, r.free+r.perByte*int64(len(f.Data)))
			}
			if err := os.Remove(path); err != nil {
				t.Error(err)
			}
		})
	}
	if name := os.Getenv("FRONTDOOR_HOSTILE_TABLE"); name != "" {
		out, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		table(out, all)
	}
}

// table writes the costs, the greatest first.
func table(w io.Writer, all []cost) {
	sort.Slice(all, func(i, j int) bool { return all[i].bytes > all[j].bytes })
	fmt.Fprintln(w, "| reader, file | peak MiB | s |\n|---|---:|---:|")
	for _, c := range all {
		fmt.Fprintf(w, "| %s | %.1f | %.2f |\n", c.what, float64(c.bytes)/mib, c.time.Seconds())
	}
}
