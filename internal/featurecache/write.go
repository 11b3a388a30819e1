package featurecache

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"frontdoor/internal/recordfile"
)

// write keeps the rows of some keys in a new file, together with those of files
// that are no larger than what is written, so that files stay few and a feature
// is written again a few times only.
func (s *Store) write(keys []Key, rows [][]float32, which []int) error {
	size := 4 * s.space.Width
	s.mu.Lock()
	files := maps.Clone(s.files)
	s.mu.Unlock()
	merged := s.small(files, int64(size*len(which)))
	path := filepath.Join(s.dir, fmt.Sprintf("%016x%s", rand.Uint64(), suffix))
	n := 0
	err := recordfile.Write(path, size, func(w *recordfile.Writer) error {
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
		err := s.copyOld(w, files, merged, done)
		n = len(done)
		return err
	})
	if err != nil {
		return fmt.Errorf("feature cache: %w", err)
	}
	if n == 0 {
		merged = append(merged, filepath.Base(path)) // nothing was there to keep
	}
	for _, old := range merged {
		os.Remove(filepath.Join(s.dir, old)) // what cannot be removed is there twice
	}
	return s.cache.evict(path)
}

// small lists the files that a new one of so many bytes takes the place of: the
// smallest first, each no larger than all before it together, and none beyond a
// part of the limit, since files are evicted whole.
func (s *Store) small(known map[string]*recordfile.File, bytes int64) (names []string) {
	type file struct {
		name  string
		bytes int64
	}
	var files []file
	for name := range known {
		if info, err := os.Lstat(filepath.Join(s.dir, name)); err == nil {
			files = append(files, file{name, info.Size()})
		}
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Compare(a.bytes, b.bytes) })
	for _, f := range files {
		if f.bytes > bytes+entryBytes || bytes+f.bytes > s.cache.limit/evictParts {
			break
		}
		names = append(names, f.name)
		bytes += f.bytes
	}
	return names
}

const (
	// entryBytes is what a file takes beyond its features, at least.
	entryBytes = 64
	// evictParts is how many files the limit has room for at least.
	evictParts = 8
)

// copyOld adds the undamaged records of files to a new one.
func (s *Store) copyOld(w *recordfile.Writer, files map[string]*recordfile.File, names []string, done map[Key]bool) error {
	buf := make([]byte, 4*s.space.Width)
	for _, name := range names {
		f := files[name]
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
