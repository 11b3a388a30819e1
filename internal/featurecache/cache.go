package featurecache

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"frontdoor/internal/safefile"
	"frontdoor/internal/setting"
)

// Cache is a folder of features. Its methods may be called from several
// goroutines.
type Cache struct {
	dir   string
	limit int64

	mu     sync.Mutex
	spaces map[string]*Store
}

// Open returns the cache in a folder, which is made if need be, bounded to
// about limit bytes. It refuses a folder that is not the user's own.
func Open(dir string, limit int64) (*Cache, error) {
	if err := os.MkdirAll(filepath.Join(dir, "features"), 0o700); err != nil {
		return nil, setting.Errorf("feature cache: %w; choose another {cache}", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "files"), 0o700); err != nil {
		return nil, setting.Errorf("feature cache: %w; choose another {cache}", err)
	}
	for _, sub := range []string{dir, filepath.Join(dir, "features"), filepath.Join(dir, "files")} {
		if err := owned(sub); err != nil {
			return nil, setting.Errorf("feature cache: %w; choose another {cache}", err)
		}
	}
	return &Cache{dir: dir, limit: limit, spaces: map[string]*Store{}}, nil
}

// owned is an error if somebody else may put files into a folder.
func owned(dir string) error {
	info, err := os.Lstat(dir)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is no folder", dir)
	case runtime.GOOS == "windows":
		return nil // permissions are no bits there
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("%s can be written by others (mode %v), so that its features cannot be trusted: chmod go-w it", dir, info.Mode().Perm())
	}
	if uid, known := owner(info); known && uid != os.Geteuid() {
		return fmt.Errorf("%s belongs to another user (%d), so that its features cannot be trusted", dir, uid)
	}
	return nil
}

// owner returns the user that a file belongs to, where the system tells: every
// Unix calls the field so, and each has a type of its own.
func owner(info fs.FileInfo) (uid int, known bool) {
	stat := reflect.Indirect(reflect.ValueOf(info.Sys()))
	if stat.Kind() != reflect.Struct {
		return 0, false
	}
	field := stat.FieldByName("Uid")
	if !field.IsValid() || !field.CanUint() {
		return 0, false
	}
	return int(field.Uint()), true
}

// Usage is what a space takes on disk.
type Usage struct {
	Space
	Records int   // features
	Damaged int   // that Verify found
	Bytes   int64 // of its files
	Used    int64 // when it was last read or written, in Unix seconds
}

// List returns what each space takes, the last used first.
func (c *Cache) List(ctx context.Context) ([]Usage, error) { return c.inspect(ctx, false) }

// Verify is List that reads every feature, and counts those that are damaged.
// It also takes the digest of every file that is listed anew, and returns those
// whose content changed though their size and time did not.
func (c *Cache) Verify(ctx context.Context) ([]Usage, []string, error) {
	usage, err := c.inspect(ctx, true)
	if err != nil {
		return nil, nil, err
	}
	changed, err := c.verifyFiles(ctx)
	return usage, changed, err
}

// inspect reads all spaces.
func (c *Cache) inspect(ctx context.Context, verify bool) ([]Usage, error) {
	var all []Usage
	dirs, err := safefile.Glob(c.dir, "features/*/*")
	if err != nil {
		return nil, err
	}
	for _, dir := range dirs {
		u, err := inspect(ctx, dir, verify)
		if err != nil {
			return nil, err
		}
		if u.Bytes > 0 {
			all = append(all, u)
		}
	}
	slices.SortStableFunc(all, func(a, b Usage) int { return cmp.Compare(b.Used, a.Used) })
	return all, nil
}

// Clear removes all features and lists, and nothing else that may lie in the folder.
func (c *Cache) Clear() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.spaces)
	for _, pattern := range []string{"features/" + ownName, "files/" + ownName + ".json*"} {
		paths, err := safefile.Glob(c.dir, pattern)
		if err != nil {
			return fmt.Errorf("feature cache: %w", err)
		}
		for _, path := range paths {
			if err := os.RemoveAll(path); err != nil {
				return fmt.Errorf("feature cache: %w", err)
			}
		}
	}
	return nil
}

// ownName is the pattern of the digests that name what is kept: the folder may
// be one that has "files" of another kind.
var ownName = strings.Repeat("[0-9a-f]", 24)

// evict removes files of features, those used least recently first, until the
// cache is within its limit, and what processes that were killed left behind. The
// file last, which has just been written, goes last.
func (c *Cache) evict(last string) error {
	paths, err := safefile.Glob(c.dir, "features/*/*/*"+suffix+"*")
	if err != nil {
		return err
	}
	type file struct {
		path  string
		bytes int64
		used  int64
	}
	var files []file
	total := int64(0)
	for _, p := range paths {
		info, err := os.Lstat(p)
		if err != nil {
			continue // somebody else removed it
		}
		used := info.ModTime().UnixNano()
		switch {
		case p == last:
			used = math.MaxInt64
		case !strings.HasSuffix(p, suffix): // the beginning of a file
			if time.Since(info.ModTime()) > abandoned {
				os.Remove(p)
			}
			continue
		}
		total += info.Size()
		files = append(files, file{p, info.Size(), used})
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Compare(a.used, b.used) })
	for _, f := range files {
		if total <= c.limit {
			return nil
		}
		if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("feature cache: %w", err)
		}
		total -= f.bytes
	}
	return nil
}

// abandoned is the age from which a file that is being written is nobody's.
const abandoned = time.Hour
