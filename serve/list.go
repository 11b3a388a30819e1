package serve

import "net/http"

// served is a model in GET /v1/models: OpenAI's fields, and what frontdoor knows.
type served struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"` // when it was loaded, Unix time
	OwnedBy string `json:"owned_by"`

	Backbone    string   `json:"backbone"`
	Width       int      `json:"width"` // numbers in an embedding
	Method      string   `json:"method,omitempty"`
	Dataset     string   `json:"dataset,omitempty"`
	Fingerprint string   `json:"fingerprint"` // of the weights
	Classes     []string `json:"classes"`
}

// served describes all models, which must be loaded.
func (s *Server) served() ([]served, error) {
	var all []served
	for _, m := range s.models {
		c, release, err := m.use()
		if err != nil {
			return nil, err
		}
		info := c.Info()
		all = append(all, served{
			ID: m.Name, Object: "model", Created: c.loaded.Unix(), OwnedBy: "frontdoor",
			Backbone: info.Backbone, Width: info.Width, Method: info.Method, Dataset: info.Dataset, Fingerprint: info.Fingerprint,
			Classes: append([]string{}, c.Classes()...),
		})
		release()
	}
	return all, nil
}

// list answers GET /v1/models.
func (s *Server) list(w http.ResponseWriter, _ *http.Request) error {
	all, err := s.served()
	if err != nil {
		return err
	}
	return writeJSON(w, map[string]any{"object": "list", "data": all})
}
