package serve

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
)

//go:embed openapi.json
var openAPI []byte

//go:embed docs.html
var docsText string

var docsPage = template.Must(template.New("docs").Parse(docsText))

// showOpenAPI answers GET /openapi.json: the contract, with the limits and the
// widths of what is served, and the token if there is one.
func (s *Server) showOpenAPI(w http.ResponseWriter, _ *http.Request) error {
	var c openAPIDocument
	if err := json.Unmarshal(openAPI, &c); err != nil {
		return err
	}
	if s.config.Token == "" {
		delete(c, "security")
	}
	l := s.config.Limits
	c.field("ClassifyRequest", "images")["maxItems"] = l.Images
	input := c.field("EmbeddingsRequest", "input")["anyOf"].([]any)
	input[1].(map[string]any)["maxItems"] = max(l.Images, l.Texts)
	if all, err := s.served(); err == nil { // or it is still loading
		widths := []any{nil, 0}
		for _, m := range all {
			if !slices.Contains(widths, any(m.Width)) {
				widths = append(widths, m.Width)
			}
		}
		c.field("EmbeddingsRequest", "dimensions")["enum"] = widths
	}
	return writeJSON(w, c)
}

// openAPIDocument is the parsed openapi.json.
type openAPIDocument map[string]any

// field returns the schema of a field of a component.
func (c openAPIDocument) field(component, name string) map[string]any {
	var at any = map[string]any(c)
	for _, key := range []string{"components", "schemas", component, "properties", name} {
		at = at.(map[string]any)[key]
	}
	return at.(map[string]any)
}

// showDocs answers GET /docs with a page of its own: no script, and nothing that
// another server has.
func (s *Server) showDocs(w http.ResponseWriter, r *http.Request) error {
	all, err := s.served()
	if err != nil {
		return err
	}
	var page bytes.Buffer
	about := map[string]any{
		"Host": r.Host, "Models": all, "Limits": s.config.Limits, "MB": s.config.Limits.Body >> 20, "Token": s.config.Token != "", "Doors": s.config.Doors,
	}
	if err := docsPage.Execute(&page, about); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	w.Write(page.Bytes()) // an error is that of a client who has gone
	return nil
}
