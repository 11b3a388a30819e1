package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
	registry "frontdoor/method"
)

// ablations has a line for each variant of CDC: what it changes, and how CDC
// stands against it over datasets and seeds of the run.
func (s *store) ablations() (string, error) {
	const run = "ablations"
	g := newGrid(2, "variant", "what it changes", "HM", "std", "HM lost by it", "p", "base", "new", "AUROC", "ECE", "NLL", "ECE new", "NLL new")
	for _, method := range s.methods(run) {
		lost, p := "", ""
		if method != "cdc" {
			c, err := s.compare(run, "cdc", method, "HM", "")
			if err != nil {
				return "", err
			}
			lost, p = intervalOf(c), chance(c.Pairs.P)
		}
		cells := []string{method, whatOf(method), g.text(s.meanText(run, method, "HM")), g.text(s.spread(run, method)), lost, p}
		for _, name := range []string{"base", "new", "AUROC", "ECE", "NLL", "ECE new", "NLL new"} {
			cells = append(cells, g.text(s.meanText(run, method, name)))
		}
		g.add(cells...)
	}
	return g.markdown()
}

// whatOf says in words what a variant changes.
func whatOf(name string) string {
	if m := registry.Find(name); m != nil {
		return m.What
	}
	return ""
}

// lines has a line for each method and a column for each measure, means over
// all tasks and seeds of a run.
func (s *store) lines(run string, columns, methods []string) (string, error) {
	g := newGrid(1, append([]string{"method"}, columns...)...)
	for _, method := range methods {
		cells := []string{method}
		for _, name := range columns {
			cells = append(cells, g.text(s.known(run, method, name, "")))
		}
		g.add(cells...)
	}
	return g.markdown()
}

func (s *store) calibration(methods ...string) (string, error) {
	return s.lines("main", []string{"ECE", "NLL", "Brier", "AURC", "AURC max prob", "ECE new", "NLL new", "Brier new"}, methods)
}

func (s *store) causes(methods ...string) (string, error) {
	return s.lines("study", []string{"base", "under context", "gap", "reversed", "under everything", "do context", "do everything", "new", "new correlated"}, methods)
}

func (s *store) shifts(methods ...string) (string, error) {
	return s.lines("study", []string{"base", "V2", "Sketch", "Adversarial", "Rendition"}, methods)
}

// detection has what each signal of doubt finds: AUROC and FPR95. A softmax's
// uncertainty and belief say what its largest probability says, and are left out.
func (s *store) detection(methods ...string) (string, error) {
	g := newGrid(2, "method", "signal", "misclassified", "FPR95", "unseen class", "FPR95", "other world", "FPR95")
	for _, method := range methods {
		for _, signal := range []string{"uncertainty", "conflict", "disagreement", "max prob", "max logit", "belief"} {
			cells := []string{method, signal}
			for _, what := range []string{"wrong", "unseen", "other"} {
				for _, end := range []string{"", " FPR95"} {
					cells = append(cells, g.text(s.known("study", method, what+" "+signal+end, "")))
				}
			}
			if cells[2] != "-" && (trusted(method) || signal != "uncertainty" && signal != "belief") {
				g.add(cells...)
			}
		}
	}
	return g.markdown()
}

// trusted says whether a method gives evidence.
func trusted(method string) bool {
	return strings.HasPrefix(method, "cdc") && method != "cdc-ensemble" && method != "cdc-no-dstc"
}

// templates has for each template of CDC on a task what it can do alone: its
// accuracy, what changes its answers, and which factors can be read through it.
func (s *store) templates(task string) (string, error) {
	rows, err := s.pick("study", "cdc", task)
	if err != nil {
		return "", err
	}
	header := []string{"template", "base", "new"}
	for _, e := range rows[0].Study.Effects {
		if named(e.Factor) {
			header = append(header, "do("+e.Factor+")")
		}
	}
	for _, r := range rows[0].Study.Reads {
		header = append(header, "reads "+r.Factor)
	}
	g := newGrid(1, header...)
	for m, name := range rows[0].Templates {
		g.add(append([]string{name}, oneTemplate(rows, m)...)...)
	}
	return g.markdown()
}

// named says whether a factor has names, or stands for several.
func named(factor string) bool {
	return slices.Contains([]string{"shape", "texture", "colour", "background", rundir.DoContext, rundir.DoEverything}, factor)
}

// oneTemplate is the line of template m.
func oneTemplate(rows []rundir.Row, m int) []string {
	var sums []float64
	for _, r := range rows {
		line := []float64{r.TemplatesBase[m], r.TemplatesNew[m]}
		for _, e := range r.Study.Effects {
			if named(e.Factor) {
				line = append(line, e.TemplatesChanged[m])
			}
		}
		for _, k := range r.Study.Reads {
			line = append(line, k.Templates[m])
		}
		sums = append(sums, make([]float64, len(line)-len(sums))...)
		for i, v := range line {
			sums[i] += v / float64(len(rows))
		}
	}
	var cells []string
	for _, v := range sums {
		cells = append(cells, fmt.Sprintf("%.1f", v))
	}
	return cells
}

// similarity has the mean cosine of templates' text features, over the seeds of
// a method on a task.
func (s *store) similarity(method, task string) (string, error) {
	rows, err := s.pick("study", method, task)
	if err != nil {
		return "", err
	}
	names := rows[0].Study.Similarity.Templates
	g := newGrid(1, append([]string{method}, names...)...)
	for i, a := range names {
		cells := []string{a}
		for j := range names {
			sum := 0.0
			for _, r := range rows {
				sum += r.Study.Similarity.Cosines[i][j] / float64(len(rows))
			}
			cells = append(cells, fmt.Sprintf("%.3f", sum))
		}
		g.add(cells...)
	}
	return g.markdown()
}

// words has the vocabulary's entries nearest to CDC's learned tokens, of one
// seed.
func (s *store) words(task string) (string, error) {
	rows, err := s.pick("study", "cdc", task)
	if err != nil {
		return "", err
	}
	g := newGrid(1, "token", "nearest (Euclidean distance)")
	for _, t := range rows[0].Study.Tokens {
		var near []string
		for _, n := range t.Nearest {
			near = append(near, fmt.Sprintf("%s (%.2f)", n.Token, n.Distance))
		}
		template, token, _ := strings.Cut(strings.TrimPrefix(t.Name, "template."), ".ctx ")
		m, err := strconv.Atoi(template)
		if err != nil {
			return "", fmt.Errorf("token %q: %w", t.Name, err)
		}
		g.add(fmt.Sprintf("S%d, %s", m+1, token), strings.Join(near, ", "))
	}
	return g.markdown()
}

// curve has base, new and harmonic mean after some epochs.
func (s *store) curve(methods ...string) (string, error) {
	g := newGrid(1, append([]string{"epoch"}, methods...)...)
	for _, epoch := range []int{1, 3, 6, 9, 12} {
		cells := []string{strconv.Itoa(epoch)}
		for _, method := range methods {
			var base, novel, hm []float64
			for _, e := range s.epochs {
				if e.Method == method && e.Epoch == epoch {
					base, novel = append(base, *e.Base), append(novel, *e.New)
					hm = append(hm, metric.HarmonicMean(*e.Base, *e.New))
				}
			}
			if len(hm) == 0 {
				return "", fmt.Errorf("metrics.csv has no epoch %d of %s", epoch, method)
			}
			cells = append(cells, fmt.Sprintf("%.1f / %.1f / %.1f", metric.Mean(base), metric.Mean(novel), metric.Mean(hm)))
		}
		g.add(cells...)
	}
	return g.markdown()
}
