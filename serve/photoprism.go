package serve

import (
	"cmp"
	"net/http"
	"slices"

	"frontdoor"
)

// photoPrismRequest is what PhotoPrism's client sends, as far as it matters.
type photoPrismRequest struct {
	id, model string
	images    []file
}

// readPhotoPrism parses a request, which has fields that do not matter.
func readPhotoPrism(r *http.Request, most int) (*photoPrismRequest, error) {
	q := &photoPrismRequest{}
	images := list[file]{what: "images", most: most}
	if err := readJSON(r, fields{"id": &q.id, "model": &q.model, "images": &images}, false); err != nil {
		return nil, err
	}
	if q.images = images.all; len(q.images) == 0 {
		return nil, problemf(http.StatusUnprocessableEntity, "there are 0 images; want 1 to %d, as data URIs: addresses are not fetched", most)
	}
	return q, nil
}

// photoPrismAnswer is what PhotoPrism's client reads.
type photoPrismAnswer struct {
	ID    string `json:"id"`
	Code  int    `json:"code"`
	Model struct {
		Type       string `json:"type"`
		Name       string `json:"name"`
		Version    string `json:"version"`
		Resolution int    `json:"resolution"`
	} `json:"model"`
	Result struct {
		Labels []photoPrismLabel `json:"labels"`
	} `json:"result"`
}

type photoPrismLabel struct {
	Name       string   `json:"name"`
	Source     string   `json:"source"`
	Confidence float32  `json:"confidence"`
	Topicality float32  `json:"topicality"`
	Priority   int      `json:"priority"`
	Categories []string `json:"categories"`
}

// photoPrismLabels answers POST /api/v1/vision/labels. Its client reads code and
// error of what went wrong, which are therefore beside the problem's own fields.
func (s *Server) photoPrismLabels(w http.ResponseWriter, r *http.Request) error {
	err := s.photoPrism(w, r)
	if err == nil {
		return nil
	}
	p := *problemOf(err)
	p.Code, p.Message = p.Status, p.Detail
	return &p
}

func (s *Server) photoPrism(w http.ResponseWriter, r *http.Request) error {
	if kind, _ := mediaType(r); kind != "application/json" {
		return wrongType(r, "application/json")
	}
	q, err := readPhotoPrism(r, s.config.Limits.Images)
	if err != nil {
		return err
	}
	m, err := s.named(r, q.model)
	if err != nil {
		return err
	}
	counted(w, len(q.images))
	all, errs, err := s.classified(r.Context(), m, q.images)
	if err != nil {
		return err
	}
	for _, err := range errs {
		if err != nil {
			return problemf(http.StatusUnprocessableEntity, "%v", err)
		}
	}
	out := photoPrismAnswer{ID: q.id, Code: http.StatusOK}
	c, release, err := m.use()
	if err != nil {
		return err
	}
	out.Model.Type, out.Model.Name, out.Model.Version, out.Model.Resolution = "labels", m.Name, c.Info().Fingerprint, c.Info().Side
	release()
	out.Result.Labels = labelsOf(all)
	return writeJSON(w, out)
}

// leastLabel is the probability below which a class is no label.
const leastLabel = 0.1

// labelsOf are the classes that are likely in one of the pictures, the most
// probable first. A picture of which the answer is not certain has none.
func labelsOf(all []frontdoor.Answer) []photoPrismLabel {
	best := map[string]float32{}
	for _, a := range all {
		if a.Verdict == frontdoor.Unsure || a.Verdict == frontdoor.Unfamiliar {
			continue
		}
		for _, c := range a.Distribution {
			if c.Probability >= leastLabel {
				best[c.Class] = max(best[c.Class], c.Probability)
			}
		}
	}
	labels := []photoPrismLabel{}
	for name, p := range best {
		labels = append(labels, photoPrismLabel{Name: name, Source: "image", Confidence: p, Topicality: p, Categories: []string{}})
	}
	slices.SortFunc(labels, func(a, b photoPrismLabel) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Name, b.Name))
	})
	return labels
}
