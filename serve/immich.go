package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"

	"frontdoor/imaging"
)

// immichTasks is the part "entries" of a request of immich: tasks, each with the
// parts of its model.
type immichTasks map[string]map[string]struct {
	ModelName string `json:"modelName"`
}

// immichQuestion is a request of immich.
type immichQuestion struct {
	tasks immichTasks
	image []byte // nil if there is none
	text  *string
}

// immichHello answers GET /.
func (s *Server) immichHello(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, map[string]string{"message": "Immich ML"})
}

// immichPing answers GET /ping, by which immich finds out whether a server lives.
func (s *Server) immichPing(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, "pong") // an error is that of a client who has gone
	return nil
}

// immichPredict answers POST /predict. Features of models that are served come
// from here, everything else from the upstream server, if there is one.
func (s *Server) immichPredict(w http.ResponseWriter, r *http.Request) error {
	kind, params := mediaType(r)
	if kind != "multipart/form-data" {
		return wrongType(r, "multipart/form-data")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	q, err := readImmich(multipart.NewReader(bytes.NewReader(body), params["boundary"]))
	if err != nil {
		return err
	}
	counted(w, 1)
	part, name, mine := q.tasks.clip()
	m := s.exactly(name)
	switch {
	case mine && m != nil:
		return s.immichEmbed(r.Context(), w, m, part, q)
	case s.config.Upstream != nil:
		return s.forward(w, r, body)
	case !mine:
		return problemf(http.StatusUnprocessableEntity, "of immich's tasks only clip is served, one at a time; an upstream server takes the others (serve -upstream URL)")
	}
	return problemf(http.StatusUnprocessableEntity, "there is no model %q: serve it under this name (serve -model %[1]s=FILE)", clipped(name))
}

// clip returns the one part of a request that is for CLIP alone, visual or
// textual, and its model.
func (t immichTasks) clip() (part, model string, ok bool) {
	parts := t["clip"]
	if len(t) != 1 || len(parts) != 1 {
		return "", "", false
	}
	for part, about := range parts {
		return part, about.ModelName, part == "visual" || part == "textual"
	}
	return "", "", false
}

// exactly returns the model of a name, nil if there is none. The features of
// another one would spoil immich's index.
func (s *Server) exactly(name string) *model {
	for _, m := range s.models {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// mostEntries bounds the part that says what is wanted, which becomes maps.
const mostEntries = 64 << 10

// readImmich parses the parts of a request.
func readImmich(form *multipart.Reader) (*immichQuestion, error) {
	q := &immichQuestion{}
	for range moreParts {
		part, err := form.NextPart()
		if err == io.EOF {
			return q, q.check()
		}
		if err != nil {
			return nil, formProblem(err)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, formProblem(err)
		}
		switch part.FormName() {
		case "entries":
			if len(data) > mostEntries {
				return nil, problemf(http.StatusUnprocessableEntity, "entries have %d bytes; %d will do", len(data), mostEntries)
			}
			if err := json.Unmarshal(data, &q.tasks); err != nil {
				return nil, problemf(http.StatusUnprocessableEntity, `entries must be JSON like {"clip":{"visual":{"modelName":"..."}}}`)
			}
		case "image":
			q.image = data
		case "text":
			text := string(data)
			q.text = &text
		}
	}
	return nil, problemf(http.StatusUnprocessableEntity, "the form has more than %d parts", moreParts-1)
}

func (q *immichQuestion) check() error {
	switch {
	case len(q.tasks) == 0:
		return problemf(http.StatusUnprocessableEntity, "the form has no entries")
	case q.image == nil && q.text == nil:
		return problemf(http.StatusBadRequest, "the form has neither an image nor a text")
	}
	return nil
}

// immichEmbed answers with the features of an image or of a text, as a string
// that holds JSON.
func (s *Server) immichEmbed(ctx context.Context, w http.ResponseWriter, m *model, part string, q *immichQuestion) error {
	in := input{isImage: part == "visual", file: file{data: q.image}}
	switch {
	case in.isImage && q.image == nil:
		return problemf(http.StatusBadRequest, "a visual task needs an image")
	case !in.isImage && q.text == nil:
		return problemf(http.StatusBadRequest, "a textual task needs a text")
	}
	out := map[string]any{}
	if !in.isImage {
		in.text = *q.text
	}
	features, err := s.embedded(ctx, m, []input{in}, 0)
	if err != nil {
		return err
	}
	vector, err := json.Marshal(features[0])
	if err != nil {
		return err
	}
	out["clip"] = string(vector)
	if in.isImage {
		width, height, err := imaging.ProbeReader(bytes.NewReader(q.image), int64(len(q.image)), "of the request")
		if err != nil {
			return err
		}
		out["imageWidth"], out["imageHeight"] = width, height
	}
	return writeJSON(w, out)
}
