package featurecache

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/lockfile"
)

var space = Space{Model: "m", View: "centre", Width: 3}

func keys(names ...string) []Key {
	var out []Key
	for _, n := range names {
		out = append(out, sha256.Sum256([]byte(n)))
	}
	return out
}

func open(t *testing.T, dir string, limit int64) *Store {
	t.Helper()
	c, err := Open(dir, limit)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Space(space)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask asks for keys; a computed feature is the first byte of its key, and calls
// counts those.
func ask(t *testing.T, s *Store, ks []Key, calls *int) [][]float32 {
	t.Helper()
	rows, err := s.Rows(context.Background(), ks, func(missing []int) ([][]float32, error) {
		var out [][]float32
		for _, i := range missing {
			*calls++
			v := float32(ks[i][0])
			out = append(out, []float32{v, v + 1, v + 2})
		}
		return out, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		if v := float32(ks[i][0]); !slices.Equal(r, []float32{v, v + 1, v + 2}) {
			t.Errorf("row %d is %v", i, r)
		}
	}
	return rows
}

func TestEachFeatureIsComputedOnce(t *testing.T) {
	dir, calls := t.TempDir(), 0
	ask(t, open(t, dir, 1<<20), keys("a", "b"), &calls)
	ask(t, open(t, dir, 1<<20), keys("b", "c", "a"), &calls)
	ask(t, open(t, dir, 1<<20), keys("c"), &calls)
	if calls != 3 {
		t.Errorf("%d features were computed, want 3", calls)
	}
}

// Files become one as they come, so that there are few, and nothing is lost.
func TestFilesStayFew(t *testing.T) {
	dir, calls := t.TempDir(), 0
	const n = 100
	for range 2 {
		s := open(t, dir, 1<<20)
		for i := range n {
			ask(t, s, keys(fmt.Sprint(i)), &calls)
		}
		if files, _ := filepath.Glob(filepath.Join(s.dir, "*"+suffix)); len(files) > 8 {
			t.Errorf("%d files of %d features", len(files), n)
		}
	}
	if calls != n {
		t.Errorf("%d features were computed, want %d", calls, n)
	}
}

func TestUnreadableImagesAreNotKept(t *testing.T) {
	s := open(t, t.TempDir(), 1<<20)
	for range 2 {
		asked := 0
		rows, err := s.Rows(context.Background(), keys("bad"), func(m []int) ([][]float32, error) {
			asked = len(m)
			return make([][]float32, len(m)), nil
		})
		if err != nil || rows[0] != nil || asked != 1 {
			t.Errorf("rows %v, asked %d, %v", rows, asked, err)
		}
	}
	boom := errors.New("boom")
	if _, err := s.Rows(context.Background(), keys("x"), func([]int) ([][]float32, error) { return nil, boom }); !errors.Is(err, boom) {
		t.Errorf("error %v", err)
	}
}

// Whatever happens to a file of features, its features are the right ones or
// computed again.
func TestDamageIsComputedAgain(t *testing.T) {
	dir, calls := t.TempDir(), 0
	s := open(t, dir, 1<<20)
	ask(t, s, keys("a", "b"), &calls)
	files, _ := filepath.Glob(filepath.Join(s.dir, "*"+suffix))
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		bad := slices.Clone(whole)
		if i%2 == 0 {
			bad = bad[:r.IntN(len(bad))]
		} else {
			bad[r.IntN(len(bad))] ^= byte(1 + r.IntN(255))
		}
		for _, f := range files {
			os.Remove(f)
		}
		if err := os.WriteFile(files[0], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		ask(t, open(t, dir, 1<<20), keys("a", "b"), &calls)
		files, _ = filepath.Glob(filepath.Join(s.dir, "*"+suffix))
	}
	if calls < 60 {
		t.Errorf("%d features were computed again", calls)
	}
}

func TestEviction(t *testing.T) {
	dir, calls := t.TempDir(), 0
	const limit = 2000
	c, err := Open(dir, limit)
	if err != nil {
		t.Fatal(err)
	}
	for v := range 5 {
		s, err := c.Space(Space{Model: "m", View: fmt.Sprint(v), Width: 3})
		if err != nil {
			t.Fatal(err)
		}
		ask(t, s, keys("a", "b"), &calls)
		for i := range 30 { // more than the limit in one space
			ask(t, s, keys(fmt.Sprint(i)), &calls)
		}
		time.Sleep(2 * time.Millisecond)
	}
	usage, err := c.List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, u := range usage {
		total += u.Bytes
	}
	if total > limit || len(usage) == 0 || !slices.ContainsFunc(usage, func(u Usage) bool { return u.View == "4" }) {
		t.Errorf("%d bytes in %+v", total, usage)
	}
	// One file beyond the limit is not kept either; its features are returned.
	s := open(t, dir, 100)
	ask(t, s, keys("1", "2", "3", "4"), &calls)
	if files, _ := filepath.Glob(filepath.Join(dir, "features", "*", "*", "*"+suffix)); len(files) > 0 {
		t.Errorf("beyond the limit there are %q", files)
	}
}

// What a killed process had begun to write is removed once it is old.
func TestLeftoversAreRemoved(t *testing.T) {
	dir, calls := t.TempDir(), 0
	s := open(t, dir, 1<<20)
	var paths []string
	for _, age := range []time.Duration{0, 2 * abandoned} {
		path := filepath.Join(s.dir, fmt.Sprintf(".x%s.tmp-%d", suffix, age))
		when := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(path, []byte("half"), 0o600), os.Chtimes(path, when, when)); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	ask(t, s, keys("a"), &calls)
	if _, err := os.Stat(paths[0]); err != nil {
		t.Errorf("a file that is being written: %v", err)
	}
	if _, err := os.Stat(paths[1]); err == nil {
		t.Error("an old leftover is still there")
	}
}

// A cache that is cleared while it is used is filled anew.
func TestClearedMeanwhile(t *testing.T) {
	dir, calls := t.TempDir(), 0
	s := open(t, dir, 1<<20)
	ask(t, s, keys("a"), &calls)
	clearAll := func() {
		t.Helper()
		other, err := Open(dir, 1<<20)
		if err == nil {
			err = other.Clear()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	clearAll()
	ask(t, s, keys("a", "b"), &calls)
	rows, err := s.Rows(context.Background(), keys("c"), func([]int) ([][]float32, error) {
		clearAll()
		return [][]float32{{1, 2, 3}}, nil
	})
	if err != nil || !slices.Equal(rows[0], []float32{1, 2, 3}) {
		t.Errorf("%v, %v", rows, err)
	}
	calls = 0
	ask(t, open(t, dir, 1<<20), keys("a", "b"), &calls)
	if calls != 2 {
		t.Errorf("%d were computed after all was cleared", calls)
	}
}

func TestVerifyAndClear(t *testing.T) {
	dir, calls := t.TempDir(), 0
	c, err := Open(dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Space(space)
	if err != nil {
		t.Fatal(err)
	}
	ask(t, s, keys("a", "b"), &calls)
	files, _ := filepath.Glob(filepath.Join(s.dir, "*"+suffix))
	text, _ := os.ReadFile(files[0])
	text[1] ^= 1
	os.WriteFile(files[0], text, 0o600)
	usage, _, err := c.Verify(context.Background())
	if err != nil || len(usage) != 1 || usage[0].Damaged != 1 || usage[0].Records != 2 {
		t.Errorf("%+v, %v", usage, err)
	}
	if err := c.Clear(); err != nil {
		t.Fatal(err)
	}
	if usage, err = c.List(context.Background()); err != nil || len(usage) != 0 {
		t.Errorf("%+v, %v", usage, err)
	}
}

func TestFoldersOfOthersAreRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are no bits there")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, 1); err == nil {
		t.Error("a folder that anybody may write to was opened")
	}
	if os.Geteuid() != 0 {
		return // only root gives folders away
	}
	for _, part := range []string{"", "features", "files"} {
		dir := t.TempDir()
		if _, err := Open(dir, 1); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(filepath.Join(dir, part), 12345, -1); err != nil {
			t.Skip(err)
		}
		if _, err := Open(dir, 1); err == nil || !strings.Contains(err.Error(), "another user") {
			t.Errorf("%q of another user: %v", part, err)
		}
	}
}

func TestAnotherProcessIsWaitedFor(t *testing.T) {
	s := open(t, t.TempDir(), 1<<20)
	path := filepath.Join(s.dir, lockName)
	if err := lockfile.Acquire(path); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*poll)
	defer cancel()
	_, err := s.Rows(ctx, keys("a"), func([]int) ([][]float32, error) {
		t.Error("computed while the lock was held")
		return nil, nil
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	waiting, found := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(waiting)
		ask(t, s, keys("b"), new(int))
	}()
	time.Sleep(2 * poll)
	go func() {
		defer close(found)
		if got := s.Find(keys("a")); got[0] != nil {
			t.Errorf("found %v", got)
		}
	}()
	select {
	case <-found: // though the other one waits
	case <-time.After(time.Minute):
		t.Error("Find waits for the lock")
	}
	lockfile.Release(path)
	<-waiting
	calls := 0
	ask(t, s, keys("a"), &calls)
	if calls != 1 {
		t.Errorf("%d computed", calls)
	}
}

// A folder in which somebody keeps other things as well loses none of them.
func TestClearLeavesWhatIsNotItsOwn(t *testing.T) {
	dir, calls := t.TempDir(), 0
	ask(t, open(t, dir, 1<<20), keys("a"), &calls)
	others := []string{filepath.Join(dir, "files", "letter.json"), filepath.Join(dir, "features", "mine", "notes.txt")}
	for _, path := range others {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Open(dir, 1<<20)
	if err == nil {
		err = c.Clear()
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range others {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "features", "*", "*", "*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
