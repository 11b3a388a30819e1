package eval

import (
	"fmt"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/prompt"
	"frontdoor/weights"
)

// OpenOriginal reads a checkpoint of the published code of CoOp, CoCoOp,
// MaPLe, independent prompting or VPT, a file called model.pth.tar-N. It
// returns the learner, its method, and as settings the sizes that follow from
// the file.
func OpenOriginal(m *clip.Model, path string) (prompt.Learner, string, Settings, error) {
	f, err := weights.Open(path)
	if err != nil {
		return nil, "", Settings{}, err
	}
	defer f.Close()
	l, method, err := prompt.FromOriginal(m, f)
	if err != nil {
		return nil, "", Settings{}, err
	}
	return l, method, sizes(l), nil
}

// sizes returns the settings that NewLearner needs to make a learner of the
// same form.
func sizes(l prompt.Learner) Settings {
	s := Settings{Schedule: "none", Batch: 1}
	switch l := l.(type) {
	case *prompt.Ensemble:
		s.Tokens, s.Depth = l.Templates[0].Tokens, l.Templates[0].Depth
	case *prompt.Tuned:
		switch m := l.Method.(type) {
		case *prompt.CoOp:
			s.Tokens, s.PerClass = m.Tokens, m.PerClass
		case *prompt.CoCoOp:
			s.Tokens = m.Tokens
		case *prompt.Independent:
			s.Tokens, s.Depth, s.VisionTokens, s.VisionDepth = m.TextTokens, m.TextDepth, m.VisionTokens, m.VisionDepth
		}
	}
	return s
}

// loadedCell makes a cell whose learner comes from the file that the
// configuration names, with nothing left to train, and writes its state, so
// that the run ends with a checkpoint like any other.
func (r *Run) loadedCell(id Cell) (*cell, error) {
	l, found, set, err := OpenOriginal(r.Model, r.Config.Load)
	if err != nil {
		return nil, err
	}
	if found != id.Method {
		return nil, fmt.Errorf("%s is a checkpoint of %s", r.Config.Load, found)
	}
	c := &cell{id: id, model: r.Model, half: data.Subset(r.Dataset, r.half())}
	if err := l.SetClasses(c.half.Classes); err != nil {
		return nil, err
	}
	c.training = newTraining(l, id.Method, set, id.Seed, nil, r.load)
	return c, c.save(r.Dir.statePath(id), r.Config.owner(id))
}
