package method

import (
	"frontdoor/cdc"
	"frontdoor/clip"
	"frontdoor/prompt"
)

// cdcMethod is CDC (Zhang et al., NeurIPS 2024): M templates, each trained on
// an augmentation of its own, whose evidence is fused.
var cdcMethod = &Method{
	Name: "cdc", Title: "CDC", Group: GroupAll, Style: 1, Proposed: true,
	Published: Settings{Epochs: 5, Batch: 4, LR: 0.0035, Tokens: 2, Depth: 9, Templates: 4},
	Small:     Settings{Epochs: 6, Batch: 16, LR: 0.03, Tokens: 2, Depth: 3, Templates: 4},
	Trains:    Images,
	Coupled:   true,
	Adjust:    coupledAbroad,
	Options:   func(s *Settings, _ Settings) { cdcOptions(s, nil) },
	New:       newCDC,
}

// cdcOptions sets CDC's switches to their defaults and applies what a variant
// changes, if any. The number of templates is kept in Settings.Templates only.
func cdcOptions(s *Settings, change func(*cdc.Options)) {
	s.CDC = cdc.DefaultOptions(s.Templates, prompt.Coupling{}, "")
	if change != nil {
		change(&s.CDC)
		s.Templates = s.CDC.M
	}
	s.CDC.M = 0
}

// newCDC completes the switches by the settings that CDC shares with other
// methods. A run folder without switches was trained with the defaults.
func newCDC(m *clip.Model, template string, s Settings, seed uint64) (prompt.Learner, error) {
	o := s.CDC
	if o == (cdc.Options{}) {
		o = cdc.DefaultOptions(0, prompt.Coupling{}, "")
	}
	o.M, o.Coupling, o.Template = s.Templates, s.jittered(), template
	return cdc.New(m, o, seed)
}

// variant returns a variant of CDC that differs in one thing, so that a table
// with both tells what this thing is worth.
func variant(suffix, what string, change func(*cdc.Options)) *Method {
	v := *cdcMethod
	v.Name, v.Title = cdcMethod.Name+"-"+suffix, cdcMethod.Title+"-"+suffix
	v.Group, v.Style, v.Proposed = GroupAblations, 0, false
	v.Of, v.What = cdcMethod, what
	v.Options = func(s *Settings, _ Settings) { cdcOptions(s, change) }
	return &v
}
