package serve

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Server answers HTTP requests. It is an [http.Handler].
type Server struct {
	config   Config
	log      *slog.Logger
	guard    *guard
	routes   map[string]route
	models   []*model
	metrics  *metrics
	bodies   quota // bytes
	queue    quota // images and texts
	draining atomic.Bool
	crowded  atomic.Bool // connections wait for others to end

	reloading sync.Mutex // one model is opened at a time
}

// New makes a server whose models are not loaded yet.
func New(c Config) (*Server, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	s := &Server{config: c, log: c.Log, guard: newGuard(&c)}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	for _, m := range c.Models {
		s.models = append(s.models, &model{Model: m})
	}
	s.bodies.most, s.queue.most = c.Limits.Bodies, int64(c.Limits.Queue)
	s.metrics = newMetrics(s)
	s.routes = s.routesOf()
	return s, nil
}

// Load opens and warms all models, and returns the errors of those that it cannot.
func (s *Server) Load(ctx context.Context) error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	var errs []error
	for _, m := range s.models {
		if err := s.load(ctx, m); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// load opens and warms a model. The caller holds the lock.
func (s *Server) load(ctx context.Context, m *model) error {
	begin := time.Now()
	if err := m.load(ctx); err != nil {
		return err
	}
	s.metrics.loaded.Set(float64(time.Now().Unix()), m.Name)
	s.log.Info("loaded", "model", m.Name, "ms", time.Since(begin).Milliseconds())
	return nil
}

// Serve answers requests of a listener until ctx ends. Then it takes no more of
// them, lets those that run end, and returns nil.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	limits := s.config.Limits
	base, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	connections := limitListener(l, limits.Connections, &s.crowded)
	web := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: limits.HeaderTime,
		// Of bodies that nobody reads; limitBody sets that of the others.
		ReadTimeout:    limits.HeaderTime + limits.Time + time.Second,
		WriteTimeout:   2*limits.Time + 2*time.Second,
		IdleTimeout:    limits.IdleTime,
		MaxHeaderBytes: limits.HeaderBytes,
		ErrorLog:       slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		// OPTIONS * has no page of its own either.
		DisableGeneralOptionsHandler: true,
		ConnState:                    connections.note,
		BaseContext:                  func(net.Listener) context.Context { return base },
	}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(connections) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.draining.Store(true)
	s.log.Info("draining")
	patience, stop := context.WithTimeout(base, limits.HeaderTime+2*limits.Time+2*time.Second)
	defer stop()
	if err := web.Shutdown(patience); err != nil {
		s.log.Warn("requests were cut off", "error", err)
		abort()
		web.Close()
	}
	<-ended
	return nil
}

// Close closes the models when their last requests are answered.
func (s *Server) Close() {
	for _, m := range s.models {
		m.close()
	}
}
