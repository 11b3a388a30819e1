package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"frontdoor"
	"frontdoor/internal/mmap"
)

// answers is what POST /v1/classify returns: an answer for each image, in their
// order.
type answers struct {
	Model   string   `json:"model"`
	Answers []answer `json:"answers"`
}

// answer is what is said of an image, or why nothing can be said.
type answer struct {
	Error string `json:"error,omitempty"`
	*judgement
}

// judgement is a [frontdoor.Answer] as JSON.
type judgement struct {
	Class        string    `json:"class"`
	Probability  float32   `json:"probability"`
	Verdict      string    `json:"verdict"`
	Uncertainty  float32   `json:"uncertainty"`
	Distribution []choice  `json:"distribution"`
	Conflict     *float32  `json:"conflict,omitempty"`
	Templates    []opinion `json:"templates,omitempty"`
}

type choice struct {
	Class       string  `json:"class"`
	Probability float32 `json:"probability"`
}

type opinion struct {
	Name        string  `json:"name"`
	Class       string  `json:"class"`
	Probability float32 `json:"probability"`
	Uncertainty float32 `json:"uncertainty"`
}

func answerOf(a frontdoor.Answer) answer {
	j := &judgement{Class: a.Class, Probability: a.Probability, Verdict: a.Verdict.String(), Uncertainty: a.Uncertainty, Conflict: a.Conflict}
	for _, c := range a.Distribution {
		j.Distribution = append(j.Distribution, choice(c))
	}
	for _, o := range a.Opinions {
		j.Templates = append(j.Templates, opinion(o))
	}
	return answer{judgement: j}
}

// classify answers POST /v1/classify. A request none of whose images could be
// answered is a problem.
func (s *Server) classify(w http.ResponseWriter, r *http.Request) error {
	q, err := s.readImages(r)
	if err != nil {
		return err
	}
	m, err := s.named(r, q.model)
	if err != nil {
		return err
	}
	counted(w, len(q.files))
	all, errs, err := s.classified(r.Context(), m, q.files)
	if err != nil {
		return err
	}
	out := answers{Model: m.Name, Answers: make([]answer, len(all))}
	good := 0
	for i, a := range all {
		if errs[i] != nil {
			out.Answers[i].Error = errs[i].Error()
			continue
		}
		out.Answers[i] = answerOf(a)
		good++
	}
	if good == 0 {
		p := problemf(http.StatusUnprocessableEntity, "%v", errs[0])
		if len(all) > 1 {
			p.Answers = out.Answers
		}
		return p
	}
	return writeJSON(w, out)
}

// classified asks a model about files, and returns an answer or an error for
// each. The error in the end is that of the whole request.
func (s *Server) classified(ctx context.Context, m *model, files []file) ([]frontdoor.Answer, []error, error) {
	ctx, cancel := s.answering(ctx)
	defer cancel()
	c, release, err := m.use()
	if err != nil {
		return nil, nil, err
	}
	defer release()
	if len(c.Classes()) == 0 {
		return nil, nil, problemf(http.StatusUnprocessableEntity, "the model %q has no classes to choose among: it has to be started with some (serve -labels)", m.Name)
	}
	if !s.queue.take(int64(len(files))) {
		return nil, nil, errBusy
	}
	defer s.queue.give(int64(len(files)))
	return ask(ctx, files, c.ClassifyBytes)
}

// ask lets a classifier answer about files, with an answer or an error for each.
func ask[A any](ctx context.Context, files []file, classifier func(context.Context, ...[]byte) ([]A, error)) ([]A, []error, error) {
	contents, errs := make([][]byte, len(files)), make([]error, len(files))
	for i, f := range files {
		contents[i] = f.data
	}
	all, err := classifier(ctx, contents...)
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	bad := frontdoor.ImageErrors(err)
	if err != nil && len(bad) == 0 {
		return nil, nil, err
	}
	for _, e := range bad {
		if errors.Is(e, mmap.ErrFault) {
			return nil, nil, e // which is not the image's fault
		}
		errs[e.Index] = e
	}
	for i, f := range files {
		if f.err != nil { // it came with no content
			errs[i] = fmt.Errorf("image %d: %w", i+1, f.err)
		}
	}
	return all, errs, nil
}
