package featurecache

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"frontdoor/internal/lockfile"
)

// poll is how often a lock that another process holds is tried again.
const poll = 100 * time.Millisecond

// patience is how long another process is waited for. A lock only keeps features
// from being computed twice: nothing is wrong without it.
const patience = 10 * time.Minute

// lock takes the space's lock, waiting for a process that holds it until that has
// computed what is needed. One that takes too long, or whose machine is gone, is
// waited for no longer.
func (s *Store) lock(ctx context.Context, keys []Key, rows [][]float32) (unlock func(), err error) {
	path := filepath.Join(s.dir, lockName)
	for begin := time.Now(); ; {
		err := lockfile.Acquire(path)
		if err == nil {
			return func() { lockfile.Release(path) }, nil
		}
		if errors.Is(err, fs.ErrNotExist) {
			err = s.make()
			if err == nil {
				continue
			}
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
		if len(s.look(keys, rows)) == 0 || time.Since(begin) > patience {
			return func() {}, nil
		}
	}
}
