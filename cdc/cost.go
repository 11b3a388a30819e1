package cdc

import "frontdoor/prompt"

// Costs are those of the M templates, and of the hand-crafted one: its
// captions, and the frozen tower's features if it takes part in the fusion.
func (l *Learner) Costs(names []string, batch, test int) (prompt.Costs, error) {
	c, err := l.Multi.Costs(names, batch, test)
	if err != nil {
		return c, err
	}
	zero, err := l.zero.Costs(names, batch, test)
	c.Classes, c.PlainTest = zero.Classes, l.HandCrafted
	return c, err
}
