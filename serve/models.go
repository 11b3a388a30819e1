package serve

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"net/http"
	"net/url"
	"sync"
	"time"

	"frontdoor"
)

// model is a classifier that can be replaced while requests use it.
type model struct {
	Model
	mu      sync.Mutex
	current *edition // nil until it is loaded, and after close
	closed  bool
	closing sync.WaitGroup

	read string // the stamp of its files before they were read last; the server's reloading guards it
}

// edition is a classifier and those who use it.
type edition struct {
	*frontdoor.Classifier
	loaded time.Time
	users  sync.WaitGroup
}

// use returns the classifier, which stays open until release is called.
func (m *model) use() (e *edition, release func(), err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.current == nil {
		return nil, nil, errLoading
	}
	e = m.current
	e.users.Add(1)
	return e, e.users.Done, nil
}

// load opens the classifier anew and lets it answer one picture before it takes
// the place of the old one, which is closed when its last request is answered.
// After an error the old one stays.
func (m *model) load(ctx context.Context) error {
	m.read = stamp(m.Files)
	c, err := m.Open(ctx)
	if err != nil {
		return err
	}
	if err := warm(ctx, c); err != nil {
		c.Close()
		return fmt.Errorf("%s: the first picture: %w", m.Name, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return c.Close()
	}
	m.replace(&edition{Classifier: c, loaded: time.Now()})
	return nil
}

// replace puts another edition, or none, in the place of the current one. The
// caller holds the lock.
func (m *model) replace(next *edition) {
	if old := m.current; old != nil {
		m.closing.Go(func() {
			old.users.Wait()
			old.Close()
		})
	}
	m.current = next
}

// close closes the classifier when its last request is answered.
func (m *model) close() {
	m.mu.Lock()
	m.closed = true
	m.replace(nil)
	m.mu.Unlock()
	m.closing.Wait()
}

// warm asks for an answer, so that the first client does not wait for what
// happens once.
func warm(ctx context.Context, c *frontdoor.Classifier) error {
	blank := image.NewGray(image.Rect(0, 0, 64, 64))
	if len(c.Classes()) == 0 {
		_, err := c.Embed(ctx, blank)
		return err
	}
	_, err := c.Classify(ctx, blank)
	return err
}

// named returns the model that a request names in its body or in the query of its
// address, or the first one.
func (s *Server) named(r *http.Request, name string) (*model, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, problemf(http.StatusBadRequest, "the query cannot be read: %v", err)
	}
	for _, other := range query["model"] {
		if name, err = oneName(name, other); err != nil {
			return nil, err
		}
	}
	if name == "" {
		return s.models[0], nil
	}
	names := make([]string, len(s.models))
	for i, m := range s.models {
		if names[i] = m.Name; m.Name == name {
			return m, nil
		}
	}
	return nil, problemf(http.StatusNotFound, "there is no model %q; there are %q", clipped(name), names)
}

// oneName returns the one name of two of which one may be empty.
func oneName(a, b string) (string, error) {
	if a != "" && b != "" && a != b {
		return "", problemf(http.StatusUnprocessableEntity, "the request names two models, %q and %q", clipped(a), clipped(b))
	}
	return cmp.Or(a, b), nil
}
