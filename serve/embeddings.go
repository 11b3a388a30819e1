package serve

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"frontdoor"
	"frontdoor/internal/mmap"
)

// embeddings is what POST /v1/embeddings returns, in OpenAI's shape. Tokens are not
// counted: usage is there because clients want it.
type embeddings struct {
	Object string      `json:"object"`
	Model  string      `json:"model"`
	Data   []embedding `json:"data"`
	Usage  struct {
		PromptTokens int `json:"prompt_tokens"`
		TotalTokens  int `json:"total_tokens"`
	} `json:"usage"`
}

type embedding struct {
	Object    string `json:"object"`
	Index     int    `json:"index"`
	Embedding any    `json:"embedding"` // []float32, or base64 of their bytes, little-endian
}

// embeddingsRequest is what is asked for.
type embeddingsRequest struct {
	model      string
	inputs     []input
	modality   string
	format     string
	dimensions int
}

// readEmbeddings parses a request.
func readEmbeddings(r *http.Request, l Limits) (*embeddingsRequest, error) {
	q := &embeddingsRequest{}
	in := inputs{list[input]{what: "inputs", most: max(l.Images, l.Texts)}}
	var user string // not used
	err := readJSON(r, fields{
		"model": &q.model, "input": &in, "modality": &q.modality, "encoding_format": &q.format, "dimensions": &q.dimensions, "user": &user,
	}, true)
	if err != nil {
		return nil, err
	}
	q.inputs = in.all
	return q, q.check(l)
}

// input is a text or an image.
type input struct {
	text    string
	isImage bool
	file    file
}

// inputs may come as a list or as one alone.
type inputs struct{ list[input] }

// UnmarshalJSON parses a string or a list of strings.
func (in *inputs) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '[' {
		return in.list.UnmarshalJSON(text)
	}
	in.all = make([]input, 1)
	return in.all[0].UnmarshalJSON(text)
}

// UnmarshalJSON parses a text or the data URI of an image.
func (in *input) UnmarshalJSON(text []byte) error {
	if len(text) == 0 || text[0] != '"' {
		return problemf(http.StatusUnprocessableEntity, "an input must be a string: a text, or an image as data URI; lists of tokens are not taken")
	}
	if in.isImage = isDataURI(text); in.isImage {
		return in.file.UnmarshalJSON(text)
	}
	if err := json.Unmarshal(text, &in.text); err != nil {
		return err
	}
	if replaced(text, in.text) {
		return problemf(http.StatusBadRequest, "a text is not Unicode: it has bytes that are not UTF-8, or half of a surrogate pair")
	}
	return nil
}

// replaced says whether encoding/json has put U+FFFD where the JSON has no character.
func replaced(text []byte, s string) bool {
	const mark = "\uFFFD"
	n := strings.Count(s, mark)
	return n > 0 && n > bytes.Count(text, []byte(mark))+bytes.Count(bytes.ToLower(text), []byte(`\ufffd`))
}

// isDataURI says whether a JSON string begins as the data URI of an image does, with
// or without its type. Some encoders escape the slash.
func isDataURI(text []byte) bool {
	head, _, found := bytes.Cut(bytes.TrimLeft(text[1:min(len(text), mostHead)], " "), []byte{','})
	kind, ok := strings.CutPrefix(strings.ToLower(string(head)), "data:")
	_, packed := cutBase64(kind)
	return ok && (strings.HasPrefix(kind, "image/") || strings.HasPrefix(kind, `image\/`) || found && packed)
}

// embed answers POST /v1/embeddings.
func (s *Server) embed(w http.ResponseWriter, r *http.Request) error {
	if kind, _ := mediaType(r); kind != "application/json" {
		return wrongType(r, "application/json")
	}
	q, err := readEmbeddings(r, s.config.Limits)
	if err != nil {
		return err
	}
	m, err := s.named(r, q.model)
	if err != nil {
		return err
	}
	counted(w, len(q.inputs))
	features, err := s.embedded(r.Context(), m, q.inputs, q.dimensions)
	if err != nil {
		return err
	}
	out := embeddings{Object: "list", Model: m.Name}
	for i, f := range features {
		e := embedding{Object: "embedding", Index: i, Embedding: f}
		if q.format == "base64" {
			e.Embedding = packed(f)
		}
		out.Data = append(out.Data, e)
	}
	return writeJSON(w, out)
}

// check reports what cannot be asked.
func (q *embeddingsRequest) check(l Limits) error {
	images := 0
	for i, in := range q.inputs {
		if in.isImage {
			images++
		}
		if q.modality == "image" && !in.isImage || q.modality == "text" && in.isImage {
			return problemf(http.StatusUnprocessableEntity, "input %d is no %s; images come as data URIs, addresses are not fetched", i+1, q.modality)
		}
	}
	texts := len(q.inputs) - images
	switch {
	case q.modality != "" && q.modality != "text" && q.modality != "image":
		return problemf(http.StatusUnprocessableEntity, "modality %q: want text or image", clipped(q.modality))
	case q.format != "" && q.format != "float" && q.format != "base64":
		return problemf(http.StatusUnprocessableEntity, "encoding_format %q: want float or base64", clipped(q.format))
	case len(q.inputs) == 0:
		return problemf(http.StatusUnprocessableEntity, "there is no input")
	case images > l.Images || texts > l.Texts || images+texts > max(l.Images, l.Texts):
		return problemf(http.StatusUnprocessableEntity, "there are %d images and %d texts; a request may have %d or %d", images, texts, l.Images, l.Texts)
	}
	return nil
}

// packed is the base64 of the bytes of a vector.
func packed(v []float32) string {
	var b bytes.Buffer
	binary.Write(&b, binary.LittleEndian, v) // a Buffer takes everything
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// embedded asks a model for the features of all inputs, of which each must have
// one. They must have width numbers, if it is not 0.
func (s *Server) embedded(ctx context.Context, m *model, all []input, width int) ([][]float32, error) {
	ctx, cancel := s.answering(ctx)
	defer cancel()
	c, release, err := m.use()
	if err != nil {
		return nil, err
	}
	defer release()
	if w := c.Info().Width; width != 0 && width != w {
		return nil, problemf(http.StatusUnprocessableEntity, "dimensions %d: the model %q has %d", width, m.Name, w)
	}
	if !s.queue.take(int64(len(all))) {
		return nil, errBusy
	}
	defer s.queue.give(int64(len(all)))
	features := make([][]float32, len(all))
	if err := embedImages(ctx, c.Classifier, all, features); err != nil {
		return nil, err
	}
	return features, embedTexts(ctx, c.Classifier, all, features)
}

// embedImages fills in the features of the images.
func embedImages(ctx context.Context, c *frontdoor.Classifier, all []input, features [][]float32) error {
	var files []file
	var at []int
	for i, in := range all {
		if in.isImage {
			files, at = append(files, in.file), append(at, i)
		}
	}
	got, errs, err := ask(ctx, files, c.EmbedBytes)
	if err != nil {
		return err
	}
	for k, i := range at {
		if errs[k] != nil {
			alone := strings.TrimPrefix(errs[k].Error(), fmt.Sprintf("image %d: ", k+1)) // its number among the images
			return problemf(http.StatusUnprocessableEntity, "input %d: %s", i+1, alone)
		}
		features[i] = got[k]
	}
	return nil
}

// mostText is more bytes than a model of 77 tokens has room for. To find that out by
// making tokens of megabytes takes a minute.
const mostText = 16 << 10

// embedTexts fills in the features of the texts.
func embedTexts(ctx context.Context, c *frontdoor.Classifier, all []input, features [][]float32) error {
	for i, in := range all {
		if in.isImage {
			continue
		}
		if len(in.text) > mostText {
			return problemf(http.StatusUnprocessableEntity, "input %d has %d bytes; a text may have %d, and fewer words than the model has room for", i+1, len(in.text), mostText)
		}
		got, err := c.EmbedText(ctx, in.text)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, frontdoor.ErrClosed), errors.Is(err, mmap.ErrFault):
			return err
		case err != nil:
			return problemf(http.StatusUnprocessableEntity, "input %d: %v", i+1, err)
		}
		features[i] = got[0]
	}
	return nil
}
