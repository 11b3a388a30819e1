package method

import (
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/internal/setting"
	"frontdoor/prompt"
)

// smallImage is the image side up to which a model counts as small: the small
// settings were found on the synthetic world, with the tiny model.
const smallImage = 64

// BaseToNew is the experiment that the published settings are for.
var BaseToNew = Experiment{Protocol: "base2new", Shots: 16}

// Recipe returns the settings of the method for a model and an experiment.
// Non-zero fields of asked win.
func (m *Method) Recipe(model *clip.Model, e Experiment, asked Settings) Settings {
	if !m.Trained() {
		return Settings{Schedule: "none"}
	}
	small := model.Config.Vision.Image <= smallImage
	s := m.Published
	s.Schedule = "epoch"
	if small {
		s = m.Small
		s.Schedule = "step"
	}
	if m.Trains == Views {
		s.Schedule = "none" // heads have their own
	}
	if m.Adjust != nil && (!small || m.Trains == Views) { // a head depends on the experiment whatever the tower
		m.Adjust(&s, e)
	}
	s.override(asked)
	if m.Options != nil {
		m.Options(&s, asked)
	}
	s.Depth = min(s.Depth, model.Config.Text.Layers)
	s.VisionDepth = min(s.VisionDepth, model.Config.Vision.Layers)
	if m.Coupled {
		s.Depth = min(s.Depth, model.Config.Vision.Layers)
	}
	if m.Trains == Features || m.Trains == Views && asked.Draws != 0 {
		s.Draws = asked.Draws
	}
	s.EveryImage = e.EveryImage && s.Batch > 0
	if s.Words != "" {
		s.Tokens = len(model.Tokenizer.Encode(s.Words))
	}
	return s
}

// override takes the numbers of o that are not zero, where the method has such a
// number. Tokens and depth mean the towers that have learned tokens.
func (s *Settings) override(o Settings) {
	set := func(to *int, from int) {
		if from != 0 {
			*to = from
		}
	}
	if s.Epochs != 0 {
		set(&s.Epochs, o.Epochs)
	}
	if s.Batch != 0 {
		set(&s.Batch, o.Batch)
	}
	if s.LR != 0 && o.LR != 0 {
		s.LR = o.LR
	}
	if s.Templates != 0 {
		set(&s.Templates, o.Templates)
	}
	if s.Tokens != 0 || s.Words != "" {
		set(&s.Tokens, o.Tokens)
	}
	if s.Depth != 0 {
		set(&s.Depth, o.Depth)
	}
	if s.VisionDepth != 0 {
		set(&s.VisionTokens, o.Tokens)
		set(&s.VisionDepth, o.Depth)
	}
}

// CheckSettings returns an error if the method cannot be trained with the
// settings, or not for the experiment. It names the flag to change.
func (m *Method) CheckSettings(s Settings, e Experiment) error {
	if m.Trains == Views {
		if err := s.checkHead(); err != nil {
			return err
		}
	} else if m.Trained() {
		if err := s.check(m.Small.Templates > 0); err != nil {
			return err
		}
	}
	if m.Check == nil {
		return nil
	}
	if err := m.Check(s, e); err != nil {
		return setting.Errorf("{method} %s: %w", m.Name, err)
	}
	return nil
}

// crop is the augmentation of methods that train on one view of each image: a
// random crop with a flip.
func crop() (augment.View, error) {
	views, err := augment.Set(1, 1)
	if err != nil {
		return augment.View{}, err
	}
	return views[0], nil
}

// tune makes a learner of a method that needs nothing but cross entropy.
func tune(name string, method prompt.Method, err error) (prompt.Learner, error) {
	if err != nil {
		return nil, err
	}
	view, err := crop()
	if err != nil {
		return nil, err
	}
	return prompt.Tune(name, method, view), nil
}

// contextOptions takes what a user says about a context in the manner of CoOp.
// Words and a number of tokens exclude each other.
func contextOptions(s *Settings, asked Settings) {
	switch {
	case s.PerClass || asked.Tokens != 0:
		s.Words = ""
		if s.Tokens == 0 {
			s.Tokens = 16 // CoOp's own default
		}
	case asked.Words != "":
		s.Words = asked.Words
	}
}

// coupledAbroad are MaPLe's settings for transfer, which its kind shares.
func coupledAbroad(s *Settings, e Experiment) {
	if e.Transfer() {
		s.Epochs, s.LR, s.Depth = 2, 0.0026, 3
	}
}
