package rundir

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdoor/method"
)

// A run folder may come from anybody. What is read of one is checked here, so
// that nobody above has to: names are short, lists have a length that some run
// could give them, and what belongs together has the same length.
const (
	maxName  = 200       // bytes of a name
	maxCells = 1_000_000 // cells of a run
	maxRows  = 100_000   // results of a run
	maxList  = 1_000     // templates, interventions, tokens: a run has dozens
	maxClass = 1_000_000 // classes
)

// Check returns an error if no run has such a configuration: one that is written
// must be read again.
func (c *Config) Check() error {
	switch {
	case len(c.Methods) == 0:
		return errors.New("it names no methods")
	case len(c.Seeds) == 0:
		return errors.New("it names no seeds")
	}
	if err := names("methods", c.Methods); err != nil {
		return err
	}
	if err := method.CheckNames(c.Methods); err != nil {
		return err
	}
	if err := names("targets", c.Targets); err != nil {
		return err
	}
	if err := names("captions", c.Captions); err != nil {
		return err
	}
	if len(c.Captions) > maxList {
		return fmt.Errorf("it has more than %d captions", maxList)
	}
	sets := c.Sets()
	for i, set := range sets {
		if err := set.Check(); err != nil {
			return err
		}
		if slices.ContainsFunc(sets[:i], func(s Set) bool { return s.Name == set.Name }) {
			return fmt.Errorf("it names the dataset %q twice", set.Name)
		}
	}
	n := len(c.Methods) * max(1, len(c.TemplatesList))
	for _, k := range []int{len(sets), len(c.AllShots()), len(c.Seeds)} {
		if n *= k; n > maxCells {
			return fmt.Errorf("it has more than %d cells", maxCells)
		}
	}
	return nil
}

// Check returns an error if no dataset of a run has such a name or such classes.
func (s Set) Check() error {
	switch {
	case s.Name == "":
		return errors.New("a dataset has no name")
	case len(s.Classes) == 0:
		return fmt.Errorf("the dataset %.60q has no classes", s.Name)
	case len(s.Classes) > maxClass:
		return fmt.Errorf("the dataset %.60q has more than %d classes", s.Name, maxClass)
	}
	return names("classes", append([]string{s.Name}, s.Classes...))
}

// names returns an error if one of some names is empty, or is no word.
func names(what string, list []string) error {
	if slices.Contains(list, "") {
		return fmt.Errorf("its %s have an empty name", what)
	}
	return words(what, list)
}

// words returns an error if one of some words is too long, or holds characters
// that cannot be shown.
func words(what string, list []string) error {
	for _, word := range list {
		if len(word) > maxName {
			return fmt.Errorf("its %s have a name of %d bytes, want at most %d", what, len(word), maxName)
		}
		if !utf8.ValidString(word) {
			return fmt.Errorf("its %s have a name that is not UTF-8, %.60q", what, word)
		}
		if strings.ContainsFunc(word, unicode.IsControl) {
			return fmt.Errorf("its %s have a name with control characters, %.60q", what, word)
		}
	}
	return nil
}

// checkRows returns an error if no run has such results.
func checkRows(rows []Row) error {
	if len(rows) > maxRows {
		return fmt.Errorf("it has %d rows, more than %d", len(rows), maxRows)
	}
	for i := range rows {
		if err := rows[i].check(); err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	return nil
}

// check returns an error if no run has such a result.
func (r *Row) check() error {
	if err := words("method, dataset, protocol or source", []string{r.Method, r.Dataset, r.Protocol, r.Source}); err != nil {
		return err
	}
	if len(r.Templates) > maxList || len(r.PerClass) > maxClass {
		return fmt.Errorf("it has %d templates and %d classes, more than any run", len(r.Templates), len(r.PerClass))
	}
	for _, list := range [][]float64{r.TemplatesBase, r.TemplatesNew} {
		if len(list) > len(r.Templates) {
			return fmt.Errorf("it has %d accuracies of %d templates", len(list), len(r.Templates))
		}
	}
	if err := words("templates", r.Templates); err != nil {
		return err
	}
	for _, class := range r.PerClass {
		if err := words("classes", []string{class.Class}); err != nil {
			return err
		}
	}
	if t := r.Trust; t != nil && (len(t.Bins) > maxList || len(t.RiskCoverage) > maxList) {
		return fmt.Errorf("its curves have %d and %d points, more than %d", len(t.Bins), len(t.RiskCoverage), maxList)
	}
	if r.Study != nil {
		return r.Study.check()
	}
	return nil
}

// check returns an error if no study finds such things.
func (s *Study) check() error {
	var found []string
	lists := []int{len(s.Shifted), len(s.Tokens), len(s.OtherWorld)}
	for _, e := range slices.Concat(s.Effects, s.EffectsNew) {
		found = append(found, e.Factor)
		lists = append(lists, len(e.TemplatesChanged), len(e.TemplatesAccuracy))
	}
	for _, v := range s.Shifted {
		found = append(found, v.Name)
	}
	for _, k := range s.Reads {
		found = append(found, k.Factor)
		lists = append(lists, len(k.Templates))
	}
	for _, t := range s.Tokens {
		found = append(found, t.Name)
		lists = append(lists, len(t.Nearest))
		for _, n := range t.Nearest {
			found = append(found, n.Token)
		}
	}
	for _, k := range s.OtherWorld {
		found = append(found, k.Kind)
	}
	if m := s.Similarity; m != nil {
		found = append(found, m.Templates...)
		lists = append(lists, len(m.Templates))
		if len(m.Templates) == 0 || len(m.Cosines) != len(m.Templates) || slices.ContainsFunc(m.Cosines, func(row []float64) bool { return len(row) != len(m.Templates) }) {
			return fmt.Errorf("its cosines are no square of %d templates", len(m.Templates))
		}
	}
	if len(found) > maxList || slices.Max(lists) > maxList {
		return fmt.Errorf("its study has more than %d entries", maxList)
	}
	return words("study", found)
}
