package serve

import (
	"context"
	"fmt"
	"os"
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
// model anew when its files have changed and are not being changed any more:
// when they are the same at two looks.
func (s *Server) Watch(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	loaded, last := map[*model]string{}, map[*model]string{}
	for _, m := range s.models {
		loaded[m] = stamp(m.Files)
		last[m] = loaded[m]
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, m := range s.models {
			now := stamp(m.Files)
			if now == last[m] && now != loaded[m] {
				s.reloading.Lock()
				s.reload(ctx, m)
				s.reloading.Unlock()
				loaded[m] = now
			}
			last[m] = now
		}
	}
}

// stamp changes when one of the files does.
func stamp(files []string) string {
	var b strings.Builder
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			fmt.Fprintln(&b, info.Size(), info.ModTime().UnixNano())
		} else {
			fmt.Fprintln(&b, "absent")
		}
	}
	return b.String()
}
