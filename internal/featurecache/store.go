package featurecache

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"frontdoor/internal/atomicfile"
	"frontdoor/internal/recordfile"
	"frontdoor/internal/safefile"
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

// Store holds the features of one space.
type Store struct {
	cache *Cache
	space Space
	dir   string

	turn sync.Mutex // held by Rows: what one computes another need not

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
	st := &Store{cache: c, space: s, dir: dir, files: map[string]*recordfile.File{}}
	if err := st.make(); err != nil {
		return nil, err
	}
	c.spaces[dir] = st
	return st, nil
}

// make makes the space's folder, if it is not there: at first, and after another
// process has cleared the cache.
func (s *Store) make() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("feature cache: %w", err)
	}
	for _, d := range []string{filepath.Dir(s.dir), s.dir} {
		if err := owned(d); err != nil {
			return fmt.Errorf("feature cache: %w", err)
		}
	}
	about, err := json.Marshal(s.space)
	if err != nil {
		return err
	}
	path := filepath.Join(s.dir, spaceFile)
	if old, err := safefile.Read(path, maxAbout); err == nil && bytes.Equal(old, append(about, '\n')) {
		return nil
	}
	if err := atomicfile.WriteBytes(path, append(about, '\n')); err != nil {
		return fmt.Errorf("feature cache: %w", err)
	}
	return nil
}

// maxAbout is more than the description of a space takes.
const maxAbout = 64 << 10

// Rows returns the features of images by the keys of their contents. Those that
// the store lacks are asked of compute, by their indices in keys: it returns a
// feature of the space's width for each, or nil for an image that cannot be
// read, which stays nil and is not kept. Another process that computes features
// of this space is waited for.
func (s *Store) Rows(ctx context.Context, keys []Key, compute func(missing []int) ([][]float32, error)) ([][]float32, error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	rows := make([][]float32, len(keys))
	if missing := s.look(keys, rows); len(missing) == 0 {
		return rows, nil
	}
	unlock, err := s.lock(ctx, keys, rows)
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
	err = s.write(keys, rows, missing)
	if errors.Is(err, fs.ErrNotExist) {
		return rows, nil // the cache was cleared while they were computed
	}
	return rows, err
}

// Find returns the features that the store has of the keys, and nil for the
// others. It waits for nobody.
func (s *Store) Find(keys []Key) [][]float32 {
	rows := make([][]float32, len(keys))
	s.look(keys, rows)
	return rows
}

// look fills rows from the files and returns the indices of those that are not
// there.
func (s *Store) look(keys []Key, rows [][]float32) (missing []int) {
	s.mu.Lock()
	defer s.mu.Unlock()
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

// inspect says what a space's folder holds.
func inspect(ctx context.Context, dir string, verify bool) (Usage, error) {
	var u Usage
	about, err := safefile.Read(filepath.Join(dir, spaceFile), maxAbout)
	if err != nil || json.Unmarshal(about, &u.Space) != nil || u.Width <= 0 {
		u.Space = Space{Model: "unknown", View: dir}
	}
	paths, err := safefile.Glob(dir, "*"+suffix)
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
				if err := ctx.Err(); err != nil {
					return u, err
				}
				if !f.Get(buf, k) {
					u.Damaged++
				}
			}
		}
	}
	return u, nil
}
