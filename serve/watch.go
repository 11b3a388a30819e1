package serve

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Reload is Load for a server that serves: what cannot be opened is logged, and
// requests go on with what was there.
func (s *Server) Reload(ctx context.Context) {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	for _, m := range s.models {
		s.reload(ctx, m)
	}
}

func (s *Server) reload(ctx context.Context, m *model) {
	if err := s.load(ctx, m); err != nil {
		s.log.Error("not loaded; the old one goes on", "model", m.Name, "error", err)
	}
}

// Watch looks at the models' files again and again until ctx ends, and loads a
// model anew when its files have changed since they were read, and are not being
// changed any more: when they are the same at two looks.
func (s *Server) Watch(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	last := map[*model]string{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, m := range s.models {
			now := stamp(m.Files)
			if now == last[m] {
				s.refresh(ctx, m, now)
			}
			last[m] = now
		}
	}
}

// refresh loads a model anew unless its files were just so when they were read last.
func (s *Server) refresh(ctx context.Context, m *model, now string) {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	if now != m.read {
		s.reload(ctx, m)
	}
}

// stamp changes when one of the files does, or a file in a folder among them.
func stamp(paths []string) string {
	var b strings.Builder
	for _, path := range paths {
		info := note(&b, path)
		if info == nil || !info.IsDir() {
			continue
		}
		entries, _ := os.ReadDir(path) // what cannot be read has not changed
		for _, e := range entries {
			note(&b, filepath.Join(path, e.Name()))
		}
	}
	return b.String()
}

// note writes what changes with a file, and returns what is known of it, nil if it is
// not there.
func note(b *strings.Builder, path string) os.FileInfo {
	info, err := os.Stat(path)
	if err != nil {
		fmt.Fprintln(b, "absent")
		return nil
	}
	fmt.Fprintln(b, info.Name(), info.Size(), info.ModTime().UnixNano())
	return info
}
