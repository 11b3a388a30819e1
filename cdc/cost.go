package cdc

import "frontdoor/prompt"

// Costs are those of the M templates, and of the hand-crafted one: its
// captions, and the frozen tower's features if they are read. Only the student
// encodes test images.
func (l *Learner) Costs(names []string, batch, test int) (prompt.Costs, error) {
	c, err := l.Multi.Costs(names, batch, test)
	if err != nil {
		return c, err
	}
	if l.Lite == Student {
		student := prompt.Multi{Model: l.Model, Templates: l.Templates[l.M:]}
		own, err := student.Costs(names, batch, test)
		if err != nil {
			return c, err
		}
		c.Tuned = own.Tuned
	}
	zero, err := l.zero.Costs(names, batch, test)
	c.Classes = zero.Classes
	c.FrozenTest, _ = l.Reads()
	return c, err
}
