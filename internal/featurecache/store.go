package featurecache

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"frontdoor/internal/atomicfile"
	"frontdoor/internal/lockfile"
	"frontdoor/internal/recordfile"
)

// Key is the SHA-256 of an image file's content.
type Key = recordfile.Key

// Space says what features are of: they are comparable, and interchangeable,
// within one only.
type Space struct {
	Model string // digest of the tower's weights and configuration
	// View names what the tower saw: the preprocessing, whether photographs were
	// turned as their EXIF orientation asks, and the crop of a random view by its
	// number and seed.
	View  string
	Width int // numbers a feature has
}

// folder is where a space lies below a cache's folder of features.
func (s Space) folder() string {
	name := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:12])
	}
	return filepath.Join(name(s.Model), name(fmt.Sprintf("%d %s", s.Width, s.View)))
}

// Names inside a space's folder.
const (
	suffix    = ".features"
	spaceFile = "space.json"
	lockName  = "lock"
)

// many is how many files a space may have before they are made one.
const many = 16

// Store holds the features of one space.
type Store struct {
	cache *Cache
	space Space
	dir   string

	mu    sync.Mutex
	files map[string]*recordfile.File // by name; nil for one that cannot be used
}

// Space returns the store of a space.
func (c *Cache) Space(s Space) (*Store, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	dir := filepath.Join(c.dir, "features", s.folder())
	if st := c.spaces[dir]; st != nil {
		return st, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("feature cache: %w", err)
	}
	for _, d := range []string{filepath.Dir(dir), dir} {
		if err := owned(d); err != nil {
			return nil, fmt.Errorf("feature cache: %w", err)
		}
	}
	about, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	if err := atomicfile.WriteBytes(filepath.Join(dir, spaceFile), append(about, '\n')); err != nil {
		return nil, fmt.Errorf("feature cache: %w", err)
	}
	st := &Store{cache: c, space: s, dir: dir, files: map[string]*recordfile.File{}}
	c.spaces[dir] = st
	return st, nil
}

// Rows returns the features of images by the keys of their contents. Those that
// the store lacks are asked of compute, by their indices in keys: it returns a
// feature of the space's width for each, or nil for an image that cannot be
// read, which stays nil and is not kept. Another process that computes features
// of this space is waited for.
func (s *Store) Rows(ctx context.Context, keys []Key, compute func(missing []int) ([][]float32, error)) ([][]float32, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := make([][]float32, len(keys))
	if missing := s.look(keys, rows); len(missing) == 0 {
		return rows, nil
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	missing := s.look(keys, rows) // what another process has computed meanwhile
	if len(missing) == 0 {
		return rows, nil
	}
	computed, err := compute(missing)
	if err != nil {
		return nil, err
	}
	for j, i := range missing {
		rows[i] = computed[j]
	}
	path, err := s.write(keys, rows, missing)
	if err != nil {
		return nil, err
	}
	return rows, s.cache.evict(path)
}

// Count says how many of the keys the store has features of.
func (s *Store) Count(keys []Key) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(keys) - len(s.look(keys, make([][]float32, len(keys))))
}

// look fills rows from the files and returns the indices of those that are not
// there.
func (s *Store) look(keys []Key, rows [][]float32) (missing []int) {
	s.open()
	buf := make([]byte, 4*s.space.Width)
	for i, k := range keys {
		if rows[i] == nil && !s.get(buf, k) {
			missing = append(missing, i)
			continue
		}
		if rows[i] == nil {
			rows[i] = floats(buf)
		}
	}
	return missing
}

// get copies a feature's bytes from the first file that has it undamaged.
func (s *Store) get(buf []byte, k Key) bool {
	for _, f := range s.files {
		if f != nil && f.Get(buf, k) {
			return true
		}
	}
	return false
}

// open opens the files that are new and forgets those that are gone. What
// cannot be used is passed over, and removed when the files are made one.
func (s *Store) open() {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return
	}
	now := time.Now()
	seen := map[string]bool{}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, suffix) || !e.Type().IsRegular() {
			continue
		}
		seen[name] = true
		if _, known := s.files[name]; known {
			continue
		}
		path := filepath.Join(s.dir, name)
		f, err := recordfile.Open(path, 4*s.space.Width)
		if err != nil {
			f = nil
		} else {
			os.Chtimes(path, now, now) // its last use; no matter if it fails
		}
		s.files[name] = f
	}
	for name := range s.files {
		if !seen[name] {
			delete(s.files, name)
		}
	}
}

// write keeps the rows of some keys in a new file, together with all others
// where there are many files. It returns the file's path.
func (s *Store) write(keys []Key, rows [][]float32, which []int) (path string, err error) {
	var merged []string
	if len(s.files) >= many {
		for name := range s.files {
			merged = append(merged, name)
		}
	}
	path = filepath.Join(s.dir, fmt.Sprintf("%016x%s", rand.Uint64(), suffix))
	size := 4 * s.space.Width
	err = recordfile.Write(path, size, func(w *recordfile.Writer) error {
		done := map[Key]bool{}
		buf := make([]byte, 0, size)
		for _, i := range which {
			if rows[i] == nil || done[keys[i]] {
				continue
			}
			if len(rows[i]) != s.space.Width {
				return fmt.Errorf("a feature of %d numbers, want %d", len(rows[i]), s.space.Width)
			}
			done[keys[i]] = true
			if err := w.Add(keys[i], appendFloats(buf, rows[i])); err != nil {
				return err
			}
		}
		return s.copyOld(w, merged, done)
	})
	if err != nil {
		return "", fmt.Errorf("feature cache: %w", err)
	}
	for _, old := range merged {
		if err := os.Remove(filepath.Join(s.dir, old)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("feature cache: %w", err)
		}
	}
	s.open()
	return path, nil
}

// copyOld adds the undamaged records of files to a new one.
func (s *Store) copyOld(w *recordfile.Writer, names []string, done map[Key]bool) error {
	buf := make([]byte, 4*s.space.Width)
	for _, name := range names {
		f := s.files[name]
		if f == nil {
			continue
		}
		for _, k := range f.Keys() {
			if done[k] || !f.Get(buf, k) {
				continue
			}
			done[k] = true
			if err := w.Add(k, buf); err != nil {
				return err
			}
		}
	}
	return nil
}

// poll is how often a lock that another process holds is tried again.
const poll = 100 * time.Millisecond

// lock takes the space's lock, waiting for a process that holds it.
func (s *Store) lock(ctx context.Context) (unlock func(), err error) {
	path := filepath.Join(s.dir, lockName)
	for {
		err := lockfile.Acquire(path)
		if err == nil {
			return func() { lockfile.Release(path) }, nil
		}
		var held *lockfile.HeldError
		if !errors.As(err, &held) {
			return nil, fmt.Errorf("feature cache: %w", err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(poll):
		}
	}
}

// inspect says what a space's folder holds.
func inspect(dir string, verify bool) (Usage, error) {
	var u Usage
	about, err := os.ReadFile(filepath.Join(dir, spaceFile))
	if err != nil || json.Unmarshal(about, &u.Space) != nil || u.Width <= 0 {
		u.Space = Space{Model: "unknown", View: dir}
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil {
		return u, err
	}
	for _, p := range paths {
		info, err := os.Lstat(p)
		if err != nil {
			continue
		}
		u.Bytes += info.Size()
		u.Used = max(u.Used, info.ModTime().Unix())
		f, err := recordfile.Open(p, 4*u.Width)
		if err != nil {
			u.Damaged++
			continue
		}
		u.Records += f.Len()
		if verify {
			buf := make([]byte, 4*u.Width)
			for _, k := range f.Keys() {
				if !f.Get(buf, k) {
					u.Damaged++
				}
			}
		}
	}
	return u, nil
}

func floats(b []byte) []float32 {
	out := make([]float32, len(b)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return out
}

func appendFloats(b []byte, x []float32) []byte {
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}
