package plan

import (
	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/prompt"
)

// fitting adds what a head takes: the features of random crops that no other cell
// has read, and its fit on them.
func (p *planner) fitting(f *rundir.Forecast, w *work, half *data.Dataset, lines *phases) error {
	size := w.shotSize(half)
	fresh := 0
	for _, it := range half.Train {
		key := w.views[0].Name + " " + it.Name()
		if p.cache.drawn[key] == 0 {
			p.cache.drawn[key] = p.kept.CountCrops(w.views[0], w.set.Draws, it)
		}
		fresh += max(0, w.set.Draws-p.cache.drawn[key])
		p.cache.drawn[key] = max(w.set.Draws, p.cache.drawn[key])
	}
	batch := min(w.batch, max(1, fresh))
	pass := []prompt.Pass{prompt.FrozenPass(p.Model, batch)}
	f.PrepareSeconds += p.do(&lines.features, pass, float64(fresh)/float64(batch)) + lines.features.other(float64(fresh)*w.view)
	val := half.Val
	if len(val) == 0 { // as many may be left over
		val = half.Train[:size.Val]
	}
	f.PrepareSeconds += p.frozenFeatures(&lines.features, val, w.batch)

	cost := w.fitted.FitCost(len(half.Classes), size)
	seconds, err := w.fitSeconds(len(half.Classes), size)
	if err != nil {
		return err
	}
	f.StepFlops, f.StepBytes = cost.Products, p.stepBytes(w)
	lines.training.Flops += cost.Products
	lines.training.Bytes = f.StepBytes
	f.TrainSeconds = lines.training.other(seconds)
	f.StepSeconds = f.TrainSeconds
	return nil
}

// fitSeconds is how long a fit takes, measured once for its size.
func (w *work) fitSeconds(classes int, size prompt.ShotSize) (float64, error) {
	key := fitKey{classes, size}
	if s, known := w.fits[key]; known {
		return s, nil
	}
	s, err := w.fitted.FitSeconds(classes, size)
	if w.fits == nil {
		w.fits = map[fitKey]float64{}
	}
	w.fits[key] = s
	return s, err
}

// fitKey is what the time of a fit depends on.
type fitKey struct {
	classes int
	size    prompt.ShotSize
}

// mostVal is how many validation images of a class a few-shot sample has at most.
const mostVal = 4

// shotSize is what a head is fitted on.
func (w *work) shotSize(half *data.Dataset) prompt.ShotSize {
	s := prompt.ShotSize{Images: len(half.Train), Draws: w.set.Draws, Val: len(half.Val)}
	if s.Val == 0 {
		s.Val = min(s.Images, mostVal*len(half.Classes))
	}
	return s
}
