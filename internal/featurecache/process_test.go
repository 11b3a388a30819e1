package featurecache

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// childVariable makes the test program one that fills a cache.
const childVariable = "FRONTDOOR_TEST_FILL"

func TestMain(m *testing.M) {
	if job := os.Getenv(childVariable); job != "" {
		if err := fill(job); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// filled is how many features a child asks for, some at a time.
const filled, together = 60, 3

// feature is that of key i.
func feature(i int) []float32 { return []float32{float32(i), float32(i) / 3, -1} }

// numbered are keys of numbers.
func numbered(numbers ...int) []Key {
	var names []string
	for _, i := range numbers {
		names = append(names, fmt.Sprint("image ", i))
	}
	return keys(names...)
}

// fill asks for all features and writes to the job's log which it computed, and
// which it has been given.
func fill(dir string) error {
	c, err := Open(filepath.Join(dir, "cache"), 1<<20)
	if err != nil {
		return err
	}
	s, err := c.Space(space)
	if err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	for lo := 0; lo < filled; lo += together {
		rows, err := s.Rows(context.Background(), numbered(lo, lo+1, lo+2), func(missing []int) ([][]float32, error) {
			var out [][]float32
			for _, i := range missing {
				fmt.Fprintf(log, "computed %d\n", lo+i)
				out = append(out, feature(lo+i))
			}
			time.Sleep(2 * time.Millisecond)
			return out, nil
		})
		if err != nil {
			return err
		}
		for i, row := range rows {
			if !slices.Equal(row, feature(lo+i)) {
				return fmt.Errorf("feature %d is %v", lo+i, row)
			}
			fmt.Fprintf(log, "has %d\n", lo+i)
		}
	}
	return nil
}

// start starts a process that fills the cache below dir.
func start(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+dir)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// logged lists the numbers of the log's lines with a word.
func logged(t *testing.T, dir, word string) (numbers []int) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var n int
		if _, err := fmt.Sscanf(line, word+" %d", &n); err == nil {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// Processes that need the same features at the same time compute each once.
func TestProcessesComputeOnce(t *testing.T) {
	dir := t.TempDir()
	var all []*exec.Cmd
	for range 4 {
		all = append(all, start(t, dir))
	}
	for _, cmd := range all {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	got := logged(t, dir, "computed")
	slices.Sort(got)
	for i := range filled {
		if n := len(got); i >= n || got[i] != i {
			t.Fatalf("computed %v", got)
		}
	}
	if len(got) != filled {
		t.Errorf("%d features were computed, want %d", len(got), filled)
	}
}

// A process that is killed, wherever it is, loses nothing that it was given,
// leaves nothing wrong behind, and holds nobody up.
func TestKilledProcesses(t *testing.T) {
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(3, 4))
	for kills := 0; kills < 12; kills++ {
		cmd := start(t, dir)
		time.Sleep(time.Duration(r.IntN(60)) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		c, err := Open(filepath.Join(dir, "cache"), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		usage, _, err := c.Verify(context.Background())
		for _, u := range usage {
			if err != nil || u.Damaged > 0 {
				t.Fatalf("after %d kills: %+v, %v", kills+1, usage, err)
			}
		}
		s, err := c.Space(space)
		if err != nil {
			t.Fatal(err)
		}
		given := logged(t, dir, "has")
		for i, row := range s.Find(numbered(given...)) {
			if !slices.Equal(row, feature(given[i])) {
				t.Fatalf("after %d kills feature %d is %v", kills+1, given[i], row)
			}
		}
		if kills%4 == 3 { // begin anew
			if err := c.Clear(); err != nil {
				t.Fatal(err)
			}
			os.Remove(filepath.Join(dir, "log"))
		}
	}
	begin := time.Now()
	if err := start(t, dir).Wait(); err != nil || time.Since(begin) > time.Minute {
		t.Errorf("the next process: %v after %v", err, time.Since(begin))
	}
}
