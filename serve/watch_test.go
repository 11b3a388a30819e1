package serve

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontdoor"
)

// While a model is loaded anew again and again, every request has its answer.
func TestReloadDropsNoRequest(t *testing.T) {
	s := loaded(t, nil)
	var over atomic.Bool
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for !over.Load() {
				if r := do(s, request(t, "POST", "/v1/classify", "image/png", bytes.NewReader(picture(1)))); r.status != 200 {
					t.Errorf("status %d: %s", r.status, r.body)
				}
			}
		})
	}
	for range 3 {
		s.Reload(t.Context())
	}
	over.Store(true)
	clients.Wait()
}

func TestWatch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	if err := os.WriteFile(path, []byte("a"), 0o644); err != nil {
		t.Fatal(err)
	}
	opened := make(chan bool, 10)
	var broken atomic.Bool
	s := loaded(t, func(c *Config) {
		c.Models[0] = Model{Name: "run", Files: []string{path}, Open: func(ctx context.Context) (*frontdoor.Classifier, error) {
			opened <- true
			if broken.Load() {
				return nil, errors.New("broken")
			}
			return shapes.Open(ctx)
		}}
	})
	<-opened
	stop := watching(t, s)
	time.Sleep(50 * time.Millisecond)
	broken.Store(true)
	if err := os.WriteFile(path, []byte("ab"), 0o644); err != nil {
		t.Fatal(err)
	}
	<-opened
	stop()
	if r := do(s, request(t, "GET", "/readyz", "", nil)); r.status != 200 {
		t.Errorf("what cannot be opened must not take the place of what is there: %s", r.body)
	}
}

// watching lets a server look at its files often, until stop is called, which returns
// when it has ended.
func watching(t *testing.T, s *Server) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan bool)
	go func() {
		s.Watch(ctx, 5*time.Millisecond)
		close(over)
	}()
	return func() {
		cancel()
		<-over
	}
}

// A change while other models are still being loaded, before anybody watches, is not
// missed, and what has been read after it is not read twice.
func TestChangesBeforeTheWatchAreNoticed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Error(err)
		}
	}
	write("a")
	opened := make(chan bool, 10)
	changing := Model{Name: "run", Files: []string{path}, Open: func(ctx context.Context) (*frontdoor.Classifier, error) {
		opened <- true
		return shapes.Open(ctx)
	}}
	s := loaded(t, func(c *Config) {
		c.Models = []Model{changing, {Name: "slow", Open: func(ctx context.Context) (*frontdoor.Classifier, error) {
			write("ab")
			return shapes.Open(ctx)
		}}}
	})
	<-opened
	stop := watching(t, s)
	<-opened
	time.Sleep(50 * time.Millisecond)
	stop()
	if len(opened) > 0 {
		t.Error("it is loaded again and again")
	}
}

func TestFilesInFoldersAreWatched(t *testing.T) {
	dir := t.TempDir()
	weights := filepath.Join(dir, "model.safetensors")
	last := stamp([]string{dir})
	for _, change := range []func() error{
		func() error { return os.WriteFile(weights, []byte("a"), 0o644) },
		func() error { return os.WriteFile(weights, []byte("ab"), 0o644) },
		func() error { return os.Chtimes(weights, time.Now(), time.Now().Add(time.Hour)) },
		func() error { return os.Remove(weights) },
		func() error { return os.Remove(dir) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		now := stamp([]string{dir})
		if now == last {
			t.Errorf("the change is not noticed: %q", now)
		}
		last = now
	}
}
