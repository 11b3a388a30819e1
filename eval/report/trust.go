package report

import (
	"frontdoor/eval/rundir"
)

// Trust returns the tables of calibration and of detection, for the rows that
// have them.
func Trust(rows []rundir.Row) []Grid {
	var c, d matrix
	for _, r := range labelled(rows) {
		t := r.Trust
		if t == nil {
			continue
		}
		c.set(r, r.Method, "ECE", t.ECE)
		c.set(r, r.Method, "NLL", t.NLL)
		c.set(r, r.Method, "Brier", t.Brier)
		c.set(r, r.Method, "AURC", t.AURC)
		c.set(r, r.Method, "AURC max prob", t.AURCMaxProb)
		if t.New != nil {
			c.set(r, r.Method, "ECE new", t.New.ECE)
			c.set(r, r.Method, "NLL new", t.New.NLL)
			c.set(r, r.Method, "Brier new", t.New.Brier)
		}
		d.detections(r, "wrong", t.Detect.Misclassified)
		d.detections(r, "unseen", t.Detect.Unseen)
		d.detections(r, "other world", t.Detect.OtherWorld)
	}
	grids := []Grid{
		c.grid("calibration", "Calibration and risk on the base classes, calibration on the new ones", "method", 3),
		d.grid("detection", "What signals of doubt find: AUROC, and the share that passes when 95% of the others do (FPR95)", "method, signal", 3),
	}
	var known []Grid
	for _, g := range grids {
		if len(g.Rows) > 0 {
			known = append(known, g)
		}
	}
	return known
}

// signal is one of a method's signals of doubt.
type signal struct {
	name string
	*rundir.Detection
}

// signalsOf lists the signals that a method has, without its own uncertainty and
// its belief if these are a softmax's, which say what its probability says.
func signalsOf(s *rundir.Signals, softmax bool) []signal {
	if s == nil {
		return nil
	}
	all := []signal{
		{"uncertainty", s.Uncertainty}, {"conflict", s.Conflict}, {"disagreement", s.Disagreement},
		{"max prob", s.MaxProb}, {"max logit", s.MaxLogit}, {"belief", s.Belief},
	}
	if softmax {
		all = all[1 : len(all)-1]
	}
	var known []signal
	for _, one := range all {
		if one.Detection != nil {
			known = append(known, one)
		}
	}
	return known
}

// softmax says whether the uncertainty of a row is one minus the largest
// probability, as far as what they find tells.
func softmax(r rundir.Row) bool {
	if r.Trust == nil {
		return false
	}
	d := r.Trust.Detect
	for _, s := range []*rundir.Signals{d.Misclassified, d.Unseen, d.OtherWorld} {
		if s != nil && !same(s.Uncertainty, s.MaxProb) {
			return false
		}
	}
	return true
}

// same says whether two signals find the same, as far as is measured.
func same(a, b *rundir.Detection) bool {
	equal := func(x, y *float64) bool { return x != nil && y != nil && *x == *y }
	return a != nil && b != nil && equal(a.AUROC, b.AUROC) && equal(a.FPR95, b.FPR95)
}

// detections adds a line for each signal of a row.
func (m *matrix) detections(r rundir.Row, what string, s *rundir.Signals) {
	for _, one := range signalsOf(s, softmax(r)) {
		m.set(r, r.Method+", "+one.name, what, one.AUROC)
		m.set(r, r.Method+", "+one.name, what+" FPR95", one.FPR95)
	}
}

// otherKinds has the AUROC for each kind of picture of another world.
func otherKinds(rows []rundir.Row) Grid {
	var m matrix
	for _, r := range rows {
		for _, k := range r.Study.OtherWorld {
			for _, one := range signalsOf(k.Signals, softmax(r)) {
				m.set(r, r.Method+", "+one.name, k.Kind, one.AUROC)
			}
		}
	}
	return m.grid("other-world", "Pictures of another world: AUROC of each signal", "method, signal", 3)
}
