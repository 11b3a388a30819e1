package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"frontdoor/eval/report"
)

//go:embed page.tmpl
var pageText string

// page returns the page with the numbers in folder.
func page(folder string) ([]byte, error) {
	s, err := read(folder)
	if err != nil {
		return nil, err
	}
	t, err := template.New("page.tmpl").Option("missingkey=error").Funcs(s.functions()).Parse(pageText)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, nil); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// functions are what the page's text can ask for. RUN is the name of a run,
// METHOD of a method and MEASURE what [measure] knows; a dataset may follow.
func (s *store) functions() template.FuncMap {
	return template.FuncMap{
		"mean":     s.meanText, // RUN METHOD MEASURE: the mean
		"diff":     s.diffText, // RUN A B MEASURE: the mean of A less that of B
		"interval": s.interval, // RUN A B MEASURE: that with half of its 95% interval
		"p":        s.chance,   // RUN A B MEASURE: p of it, a dataset and seed for the unit
		"ptasks":   s.chanceByTask,
		"share":    s.share, // how much of what A has over C B keeps
		"speed":    s.speedText,
		"count":    s.count, // RUN METHOD: rows

		"standing": s.standing, "against": s.against, "byTask": s.byTask, "ablations": s.ablations,
		"calibration": s.calibration, "detection": s.detection, "causes": s.causes, "shifts": s.shifts,
		"templates": s.templates, "similarity": s.similarity, "words": s.words, "curve": s.curve, "light": s.light,
	}
}

// percent says whether a measure is a rate in percent, which is shown with one
// decimal, or two where it is a difference; all others are shown with three.
func percent(name string) bool {
	word, _, _ := strings.Cut(name, " ")
	return !slices.Contains([]string{"ECE", "NLL", "Brier", "AURC", "AUROC", "wrong", "unseen", "other"}, word)
}

func (s *store) meanText(run, method, name string, dataset ...string) (string, error) {
	v, err := s.mean(run, method, name, strings.Join(dataset, ""))
	if percent(name) {
		return fmt.Sprintf("%.1f", v), err
	}
	return fmt.Sprintf("%.3f", v), err
}

// number writes a difference of a comparison.
func number(format string, c *report.Comparison, v float64) string {
	places := 3
	if percent(c.Name) {
		places = 2
	}
	text := fmt.Sprintf(format, places, v)
	if strings.Trim(text, "+-0.") == "" { // no sign of nothing
		text = strings.TrimLeft(text, "+-")
	}
	return text
}

func (s *store) diffText(run, a, b, name string, dataset ...string) (string, error) {
	c, err := s.compare(run, a, b, name, strings.Join(dataset, ""))
	if err != nil {
		return "", err
	}
	return number("%+.*f", c, c.Pairs.Mean), nil
}

func (s *store) interval(run, a, b, name string, dataset ...string) (string, error) {
	c, err := s.compare(run, a, b, name, strings.Join(dataset, ""))
	if err != nil {
		return "", err
	}
	return intervalOf(c), nil
}

func intervalOf(c *report.Comparison) string {
	return number("%+.*f", c, c.Pairs.Mean) + " ± " + number("%.*f", c, c.Pairs.Half)
}

func (s *store) chance(run, a, b, name string, dataset ...string) (string, error) {
	c, err := s.compare(run, a, b, name, strings.Join(dataset, ""))
	if err != nil {
		return "", err
	}
	return chance(c.Pairs.P), nil
}

func (s *store) chanceByTask(run, a, b, name string) (string, error) {
	c, err := s.compare(run, a, b, name, "")
	if err != nil {
		return "", err
	}
	return chance(c.Datasets.P), nil
}

// chance writes a p.
func chance(p float64) string {
	switch {
	case p < 0.0001:
		return "≤ 0.0001"
	case p < 0.001:
		return fmt.Sprintf("%.4f", p)
	case p < 0.1:
		return fmt.Sprintf("%.3f", p)
	}
	return fmt.Sprintf("%.2f", p)
}

// share is the percentage of what a has over c in the harmonic mean that b keeps.
func (s *store) share(run, a, b, c string) (string, error) {
	var hm [3]float64
	for i, method := range []string{a, b, c} {
		var err error
		if hm[i], err = s.mean(run, method, "HM", ""); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%.0f%%", 100*(hm[1]-hm[2])/(hm[0]-hm[2])), nil
}

func (s *store) speedText(method string) (string, error) {
	v, ok := s.speed[method]
	if !ok {
		return "", fmt.Errorf("no speed of %s", method)
	}
	return fmt.Sprintf("%.0f", v), nil
}

func (s *store) count(run, method string) (int, error) {
	rows, err := s.pick(run, method, "")
	return len(rows), err
}

// methods lists those of a run in its order.
func (s *store) methods(run string) []string {
	var names []string
	for _, r := range s.runs[run] {
		if !slices.Contains(names, r.Method) {
			names = append(names, r.Method)
		}
	}
	return names
}
