package predict

import (
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"frontdoor"
	"frontdoor/internal/term"
)

// share is a class of the distribution.
type share struct {
	Class       string  `json:"class"`
	Probability float32 `json:"probability"`
}

// choice is the class that one classifier predicts for an image.
type choice struct {
	Name        string  `json:"name,omitempty"`
	Class       string  `json:"class"`
	Probability float32 `json:"probability"`
	Uncertainty float32 `json:"uncertainty"`
}

// imageName is the name of an image in JSON, which knows UTF-8 only: the bytes of
// any other name are given too.
type imageName struct {
	Image  string `json:"image"`
	Base64 []byte `json:"image_base64,omitempty"`
}

// nameOf is the name of an image in JSON.
func nameOf(name string) imageName {
	if utf8.ValidString(name) {
		return imageName{Image: name}
	}
	return imageName{Image: name, Base64: []byte(name)}
}

// result is the answer for an image, as -json prints it.
type result struct {
	imageName
	Error string `json:"error,omitempty"`
	*choice
	Verdict      string   `json:"verdict,omitempty"`
	Abstained    bool     `json:"abstained,omitempty"`
	Conflict     *float32 `json:"conflict,omitempty"`
	Distribution []share  `json:"distribution,omitempty"`
	Templates    []choice `json:"templates,omitempty"`
}

// resultOf is the answer for an image, or its error.
func resultOf(file string, a frontdoor.Answer, err error) result {
	if err != nil {
		return result{imageName: nameOf(file), Error: err.Error()}
	}
	r := result{imageName: nameOf(file), choice: &choice{Class: a.Class, Probability: a.Probability, Uncertainty: a.Uncertainty}, Conflict: a.Conflict}
	if a.Verdict != frontdoor.Unjudged {
		r.Verdict = a.Verdict.String()
	}
	for _, c := range a.Distribution {
		r.Distribution = append(r.Distribution, share(c))
	}
	for _, t := range a.Opinions {
		r.Templates = append(r.Templates, choice(t))
	}
	return r
}

// printer writes answers: lines of JSON as they come, or a table at the end.
type printer interface {
	print(result) error
	end() error
}

// dontKnow stands before the class of an answer that is too uncertain.
const dontKnow = "don't know"

// lines prints JSON lines.
type lines struct {
	w       io.Writer
	abstain float64
}

func (l *lines) print(r result) error {
	r.Abstained = r.choice != nil && float64(r.Uncertainty) > l.abstain
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(l.w, "%s\n", term.JSON(text))
	return err
}

func (l *lines) end() error { return nil }

// table prints a table with a row for the answer and one for each template, and
// with the verdicts if there are any.
type table struct {
	w       io.Writer
	abstain float64
	rows    [][]string
	judged  bool
}

func (t *table) print(r result) error {
	if r.choice == nil {
		t.rows = append(t.rows, []string{r.Image, "", "error: " + r.Error, "", "", ""})
		return nil
	}
	class := r.Class
	if float64(r.Uncertainty) > t.abstain {
		class = dontKnow + " (" + class + "?)"
	}
	t.judged = t.judged || r.Verdict != ""
	t.rows = append(t.rows, row(r.Image, "answer", class, *r.choice, r.Verdict))
	for _, o := range r.Templates {
		t.rows = append(t.rows, row("", o.Name, o.Class, o, ""))
	}
	return nil
}

func row(image, by, class string, o choice, verdict string) []string {
	return []string{image, by, class, fmt.Sprintf("%.3f", o.Probability), fmt.Sprintf("%.3f", o.Uncertainty), verdict}
}

func (t *table) end() error {
	header := []string{"image", "by", "class", "probability", "uncertainty", "verdict"}
	if !t.judged {
		header = header[:5]
		for i, r := range t.rows {
			t.rows[i] = r[:5]
		}
	}
	_, err := io.WriteString(t.w, term.Table{
		Header: header,
		Align:  []term.Align{term.Left, term.Left, term.Left, term.Right, term.Right, term.Left}[:len(header)],
		Rows:   t.rows,
	}.Fit(term.Columns(t.w)))
	return err
}
