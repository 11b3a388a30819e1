package protocol

import (
	"slices"
	"strings"

	"frontdoor/eval/rundir"
	"frontdoor/internal/setting"
	"frontdoor/method"
)

// Protocols lists the valid protocols.
var Protocols = []string{"base2new", "fewshot", "xd", "dg", "all"}

// Check returns an error that names the first value of a configuration that a
// run cannot be made with.
func Check(c *rundir.Config) error {
	if err := method.CheckNames(c.Methods); err != nil {
		return err
	}
	switch {
	case len(c.Methods) == 0:
		return setting.Errorf("{method} names no method")
	case len(c.Seeds) == 0:
		return setting.Errorf("{seeds} names no seed")
	}
	if err := CheckProtocol(c.Protocol); err != nil {
		return err
	}
	if c.Study && c.Protocol != "base2new" {
		return setting.Errorf("{study} goes with {protocol} base2new, not %s", c.Protocol)
	}
	for i, s := range c.Seeds {
		if slices.Contains(c.Seeds[:i], s) {
			return setting.Errorf("{seeds} names %d twice", s)
		}
	}
	for _, shots := range c.AllShots() {
		if shots < 1 {
			return setting.Errorf("{shots} %d: at least 1 image a class is needed", shots)
		}
	}
	if err := transferable(c); err != nil {
		return err
	}
	for _, cell := range c.Cells() {
		if err := c.For(cell).CheckSizes(); err != nil {
			return err
		}
		if c.Load != "" {
			continue // what is loaded is trained already
		}
		if err := cell.How().CheckSettings(c.For(cell), c.Experiment(cell)); err != nil {
			return err
		}
	}
	return nil
}

// CheckProtocol returns an error that lists the valid protocols if one is
// unknown.
func CheckProtocol(protocol string) error {
	if !slices.Contains(Protocols, protocol) {
		return setting.Errorf("unknown {protocol} %q: choose from %s", protocol, strings.Join(Protocols, ", "))
	}
	return nil
}
