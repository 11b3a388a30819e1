package serve

import (
	"context"
	"net/http"
)

// handler answers a request, or returns an error before it has written anything.
type handler func(w http.ResponseWriter, r *http.Request) error

// route is what may be asked of a path. Paths are compared as they are: nothing
// is cleaned or redirected.
type route struct {
	method string // GET, which is HEAD, too, or POST
	handle handler
	health bool // needs no token, and answers while models are being loaded
}

func get(h handler) route    { return route{method: http.MethodGet, handle: h} }
func post(h handler) route   { return route{method: http.MethodPost, handle: h} }
func health(h handler) route { return route{method: http.MethodGet, handle: h, health: true} }

// takes says whether a path takes a method, and which ones it does.
func (to route) takes(method string) (ok bool, all string) {
	if to.method == http.MethodGet { // net/http leaves the body of HEAD away
		return method == http.MethodGet || method == http.MethodHead, "GET, HEAD"
	}
	return method == to.method, to.method
}

// routesOf are the paths of a server.
func (s *Server) routesOf() map[string]route {
	all := map[string]route{
		"/healthz":       health(s.healthy),
		"/readyz":        health(s.ready),
		"/v1/classify":   post(s.classify),
		"/v1/embeddings": post(s.embed),
		"/v1/models":     get(s.list),
		"/metrics":       get(s.showMetrics),
		"/openapi.json":  get(s.showOpenAPI),
		"/docs":          get(s.showDocs),
	}
	for _, d := range s.config.Doors {
		switch d {
		case Immich:
			all["/"] = get(s.immichHello)
			all["/ping"] = health(s.immichPing)
			all["/predict"] = post(s.immichPredict)
		case PhotoPrism:
			all["/api/v1/vision/labels"] = post(s.photoPrismLabels)
		}
	}
	return all
}

// answer passes a request to the handler of its path.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) error {
	to, found := s.routes[r.URL.Path]
	if err := s.guard.check(r, to.health); err != nil {
		if err, ok := err.(*problem); ok && err.Status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		return err
	}
	if !found {
		return problemf(http.StatusNotFound, "there is nothing at this path; GET /docs lists what there is")
	}
	if ok, all := to.takes(r.Method); !ok {
		w.Header().Set("Allow", all)
		return problemf(http.StatusMethodNotAllowed, "this path takes %s", all)
	}
	if to.method == http.MethodGet { // whose body nobody reads
		return to.handle(w, r)
	}
	r, body, err := s.limitBody(w, r)
	if err != nil {
		return err
	}
	defer body.release()
	return to.handle(w, r)
}

// answering bounds the time for an answer, which begins when the request has been
// read.
func (s *Server) answering(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.config.Limits.Time)
}

// healthy says that the process lives.
func (s *Server) healthy(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, map[string]string{"status": "ok"})
}

// ready says that all models are loaded and that the server is not going down.
func (s *Server) ready(w http.ResponseWriter, _ *http.Request) error {
	if s.draining.Load() {
		return errDraining
	}
	for _, m := range s.models {
		_, release, err := m.use()
		if err != nil {
			return err
		}
		release()
	}
	return writeJSON(w, map[string]string{"status": "ready"})
}
