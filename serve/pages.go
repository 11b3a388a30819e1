package serve

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
)

//go:embed openapi.json
var openAPI []byte

//go:embed docs.html
var docsText string

var docsPage = template.Must(template.New("docs").Parse(docsText))

// showOpenAPI answers GET /openapi.json.
func (s *Server) showOpenAPI(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	w.Write(openAPI) // an error is that of a client who has gone
	return nil
}

// showDocs answers GET /docs with a page of its own: no script, and nothing that
// another server has.
func (s *Server) showDocs(w http.ResponseWriter, r *http.Request) error {
	all, err := s.served()
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := docsPage.Execute(&page, map[string]any{"Host": r.Host, "Models": all, "Limits": s.config.Limits, "Token": s.config.Token != ""}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	w.Write(page.Bytes()) // an error is that of a client who has gone
	return nil
}
