package featurecache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"frontdoor/internal/atomicfile"
	"frontdoor/internal/safefile"
)

// Files knows which content the files of a folder have, by their size and time.
type Files struct {
	path string
	root string

	mu    sync.Mutex
	known map[string]fileInfo // by path relative to root
	fresh bool                // something is known that the list on disk lacks
}

// fileInfo is what is known of a file. Its JSON names are those of the list.
type fileInfo struct {
	Size   int64  `json:"size"`
	Time   int64  `json:"time"` // of its last change, in Unix nanoseconds
	SHA256 string `json:"sha256"`
}

// fileList is the list on disk.
type fileList struct {
	Root  string              `json:"root"`
	Files map[string]fileInfo `json:"files"`
}

// Files returns what is known of the files below a folder. A list that is
// damaged counts as empty.
func (c *Cache) Files(root string) (*Files, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("feature cache: %w", err)
	}
	sum := sha256.Sum256([]byte(root))
	f := &Files{path: filepath.Join(c.dir, "files", hex.EncodeToString(sum[:12])+".json"), root: root, known: map[string]fileInfo{}}
	if l, err := readList(f.path); err == nil && l.Root == root {
		f.known = l.Files
	}
	return f, nil
}

// maxList is more than a list of ImageNet takes.
const maxList = 512 << 20

// readList reads a list of files.
func readList(path string) (l fileList, err error) {
	text, err := safefile.Read(path, maxList)
	if err != nil {
		return l, err
	}
	if err := json.Unmarshal(text, &l); err != nil {
		return l, err
	}
	if l.Files == nil {
		return l, errors.New("it lists no files")
	}
	return l, nil
}

// Key returns the digest of a file's content. It is read only if it is new, or
// if its size or time have changed.
func (f *Files) Key(path string) (Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Key{}, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return Key{}, err
	}
	rel, err := filepath.Rel(f.root, abs)
	if err != nil {
		return Key{}, err
	}
	f.mu.Lock()
	old, ok := f.known[rel]
	f.mu.Unlock()
	if ok && old.Size == info.Size() && old.Time == info.ModTime().UnixNano() {
		if k, err := parseKey(old.SHA256); err == nil {
			return k, nil
		}
	}
	k, err := Digest(path)
	if err != nil {
		return Key{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known[rel] = fileInfo{info.Size(), info.ModTime().UnixNano(), hex.EncodeToString(k[:])}
	f.fresh = true
	return k, nil
}

// Save writes what is known, with what another process has written meanwhile.
func (f *Files) Save() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.fresh {
		return nil
	}
	if l, err := readList(f.path); err == nil && l.Root == f.root {
		for name, info := range l.Files {
			if _, ok := f.known[name]; !ok {
				f.known[name] = info
			}
		}
	}
	text, err := json.Marshal(fileList{f.root, f.known})
	if err != nil {
		return err
	}
	if err := atomicfile.WriteBytes(f.path, append(text, '\n')); err != nil {
		return fmt.Errorf("feature cache: %w", err)
	}
	f.fresh = false
	return nil
}

// verifyFiles takes the digest of all files that are listed, returns those whose
// content changed though their size and time did not, and forgets them.
func (c *Cache) verifyFiles(ctx context.Context) (changed []string, err error) {
	lists, err := safefile.Glob(c.dir, "files/*.json")
	if err != nil {
		return nil, err
	}
	for _, path := range lists {
		l, err := readList(path)
		if err != nil {
			os.Remove(path) // damaged: made anew
			continue
		}
		before := len(changed)
		for name, old := range l.Files {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			full := filepath.Join(l.Root, name)
			info, err := os.Stat(full)
			if err != nil || info.Size() != old.Size || info.ModTime().UnixNano() != old.Time {
				continue // Key will look
			}
			if k, err := Digest(full); err == nil && hex.EncodeToString(k[:]) != old.SHA256 {
				changed = append(changed, full)
				delete(l.Files, name)
			}
		}
		if len(changed) == before {
			continue
		}
		text, err := json.Marshal(l)
		if err != nil {
			return nil, err
		}
		if err := atomicfile.WriteBytes(path, append(text, '\n')); err != nil {
			return nil, fmt.Errorf("feature cache: %w", err)
		}
	}
	slices.Sort(changed)
	return changed, nil
}

// Digest returns the SHA-256 of a regular file's content.
func Digest(path string) (k Key, err error) {
	f, _, err := safefile.Open(path)
	if err != nil {
		return k, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return k, err
	}
	h.Sum(k[:0])
	return k, nil
}

func parseKey(s string) (k Key, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(k) {
		return k, errors.New("no digest")
	}
	copy(k[:], b)
	return k, nil
}
