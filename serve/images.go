package serve

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
)

// question is what a request asks about.
type question struct {
	model string
	files []file
}

// readImages parses the images of a request: JSON, a form, or one image as it is.
func (s *Server) readImages(r *http.Request) (*question, error) {
	q := &question{}
	kind, params := mediaType(r)
	var err error
	switch {
	case kind == "application/json":
		err = q.readJSON(r, s.config.Limits.Images)
	case kind == "multipart/form-data":
		err = q.readForm(multipart.NewReader(r.Body, params["boundary"]), s.config.Limits.Images)
	case isImageType(kind):
		var data []byte
		data, err = io.ReadAll(r.Body)
		q.files = []file{{data: data}}
	default:
		err = wrongType(r, "application/json, multipart/form-data or image/jpeg, image/png, ...")
	}
	if err != nil {
		return nil, err
	}
	if n, most := len(q.files), s.config.Limits.Images; n == 0 || n > most {
		return nil, problemf(http.StatusUnprocessableEntity, "there are %d images; want 1 to %d", n, most)
	}
	return q, nil
}

// readJSON parses {"model":"NAME","images":[DATA URI, ...]}.
func (q *question) readJSON(r *http.Request, most int) error {
	images := list[file]{what: "images", most: most}
	err := readJSON(r, fields{"model": &q.model, "images": &images}, true)
	q.files = images.all
	return err
}

// moreParts is how many parts of a form may be no images.
const moreParts = 8

// readForm reads the parts of a form: the one named model, and images, however
// they are called. The names of files are not looked at.
func (q *question) readForm(form *multipart.Reader, most int) error {
	for parts := 0; ; parts++ {
		part, err := form.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return formProblem(err)
		}
		if parts >= most+moreParts || len(q.files) > most {
			return problemf(http.StatusUnprocessableEntity, "the form has more than %d images or %d other parts", most, moreParts)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return formProblem(err)
		}
		switch {
		case part.FormName() == "model":
			if q.model, err = oneName(q.model, string(data)); err != nil {
				return err
			}
		case part.FileName() != "" || strings.HasPrefix(part.FormName(), "image") || strings.HasPrefix(part.FormName(), "file"):
			q.files = append(q.files, fileIn(part, data))
		default:
			return problemf(http.StatusUnprocessableEntity, "the form has a part %q; want model, or images as files", clipped(part.FormName()))
		}
	}
}

// fileIn is the file that a part holds, which those who make forms as they make mails
// write as base64.
func fileIn(part *multipart.Part, data []byte) (f file) {
	if !strings.EqualFold(part.Header.Get("Content-Transfer-Encoding"), "base64") {
		return file{data: data}
	}
	f.data, f.err = unpacked(data)
	return f
}

// formProblem tells a form that cannot be parsed from one that could not be read.
func formProblem(err error) error {
	var known *problem
	var large *http.MaxBytesError
	if errors.As(err, &known) || errors.As(err, &large) || isTimeout(err) {
		return err
	}
	return problemf(http.StatusBadRequest, "the form is damaged: %v", err)
}

// isTimeout says whether an error is that of a connection that waited too long.
func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// clipped shortens what a stranger has written.
func clipped(s string) string {
	const most = 100
	if len(s) <= most {
		return s
	}
	return s[:most] + "..."
}
