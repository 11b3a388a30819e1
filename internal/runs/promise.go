package runs

import (
	"context"
	"fmt"
	"io"

	"frontdoor/eval"
	"frontdoor/eval/promise"
	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
)

// Calibrate makes a promise, keeps it in the run folder and says what it is.
func Calibrate(ctx context.Context, w io.Writer, c *eval.Calibration, dir *rundir.Dir) error {
	p, err := c.Promise(ctx)
	if err != nil {
		return err
	}
	if err := dir.WritePromise(*p); err != nil {
		return err
	}
	_, err = io.WriteString(w, promised(p, c.Dataset.Name))
	return err
}

// promised says in words what is promised of a dataset of that name.
func promised(p *rundir.Promise, dataset string) string {
	k, cell := p.Known, p.Cell
	cell.Dataset = dataset // of one's own images the name of their folder
	text := fmt.Sprintf("%s, on %s\n", cell, p.Images)
	counts := fmt.Sprintf("%d of %d images answered, %d of them wrong: at most %s with 95%% confidence",
		k.Accepted, k.N, k.Mistakes, percent(k.Bound))
	switch {
	case !k.Kept:
		text += fmt.Sprintf("no promise: %s; %s\n", counts, lacking(p))
	case k.Risk > p.Asked:
		text += fmt.Sprintf("the images cannot carry a risk of %s, which needs %d answers without a mistake; the best possible is %s\n",
			percent(p.Asked), promise.Needed(p.Asked), percent(k.Risk))
	}
	if k.Kept {
		text += fmt.Sprintf("known from a probability of %.3f: risk %s, coverage %s (%s)\n", k.Threshold, percent(k.Risk), percent(k.Coverage()), counts)
	}
	switch {
	case !k.Kept: // there is none
	case p.StandIn != "":
		text += fmt.Sprintf("the promise is approximate: the training images were answered by %s, fitted without them, in the place of %s (-thorough trains that)\n", p.StandIn, p.Cell.Method)
	case p.Approximate:
		text += "the promise is approximate: the training images were answered by learners of other folds\n"
	}
	return text + strangers(p)
}

// lacking says why nothing can be promised.
func lacking(p *rundir.Promise) string {
	if n := promise.Needed(p.Asked); p.Known.N < n {
		return fmt.Sprintf("%s needs %d answers without a mistake: add images, or ask for a greater risk", percent(p.Asked), n)
	}
	return "even the surest answers are wrong too often: train on more images, or with another model"
}

// strangers says how well the unfamiliar are told.
func strangers(p *rundir.Promise) string {
	name, sign, beyond := "uncertainty", 1.0, "beyond an"
	if p.Signal == rundir.ByLogit {
		name, sign, beyond = "largest logit", -1, "below a"
	}
	text := fmt.Sprintf("\nunfamiliar %s %s of %.3f; strangers: %s\n", beyond, name, sign*p.Familiar.Threshold, p.Strangers)
	t := term.Table{Header: []string{name, "false alarms", "strangers missed"}, Align: []term.Align{term.Right, term.Right, term.Right}}
	taken := false
	for _, s := range p.Others {
		if !taken && s.Threshold < p.Familiar.Threshold {
			t.Rows, taken = append(t.Rows, strangerRow(p.Familiar, sign, "*")), true
		}
		t.Rows = append(t.Rows, strangerRow(s, sign, " "))
	}
	if !taken {
		t.Rows = append(t.Rows, strangerRow(p.Familiar, sign, "*"))
	}
	text += t.Fit(0)
	for i, s := range p.Worst {
		if i == 0 {
			text += "\nstrangers that look most familiar:\n"
		}
		text += fmt.Sprintf("  %s, taken for %s, %s %.3f\n", s.Image, s.Class, name, sign*s.Doubt)
	}
	return text
}

func strangerRow(s promise.Strangers, sign float64, mark string) []string {
	missed := "-"
	if s.Strange > 0 {
		missed = fmt.Sprintf("%d of %d (%s)", s.Misses, s.Strange, percent(s.MissRate()))
	}
	return []string{fmt.Sprintf("%.3f%s", sign*s.Threshold, mark), fmt.Sprintf("%d of %d (%s)", s.FalseAlarms, s.Known, percent(s.FalseAlarmRate())), missed}
}

// percent writes a share.
func percent(x float64) string { return fmt.Sprintf("%.3g%%", 100*x) }
