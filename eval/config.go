package eval

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Config is everything needed to repeat a run, as config.json holds it.
type Config struct {
	Version     string   `json:"version"`
	Model       string   `json:"model"`                // "tiny" or the path of a file
	Vocabulary  string   `json:"vocabulary,omitempty"` // its file, if it was named
	Fingerprint string   `json:"fingerprint"`          // of the model
	Backbone    string   `json:"backbone,omitempty"`   // the image tower, as papers name it
	Dataset     string   `json:"dataset"`              // a task of the world, a published dataset, or "folder"
	Data        string   `json:"data,omitempty"`
	Protocol    string   `json:"protocol"`
	Methods     []string `json:"methods"`
	Seeds       []uint64 `json:"seeds"`
	Shots       int      `json:"shots"`

	// A run over several datasets, shots or numbers of templates lists them here;
	// then Dataset, Classes and Template are empty, and Shots is the first.
	Datasets      []Set `json:"datasets,omitempty"`
	ShotsList     []int `json:"shots_list,omitempty"`
	TemplatesList []int `json:"templates_list,omitempty"`
	// Targets are the datasets that protocols xd and dg test on; those of the
	// world follow from the task.
	Targets []string `json:"targets,omitempty"`

	Curve    bool                `json:"curve,omitempty"` // test after every epoch
	Settings map[string]Settings `json:"settings"`        // by method, and by cell where they differ; see For
	Study    bool                `json:"study,omitempty"` // measure causes, trust and templates as well
	Load     string              `json:"load,omitempty"`  // checkpoint of the published code, to test instead of training
	Classes  []string            `json:"classes"`
	Splits   map[string]string   `json:"splits,omitempty"` // fingerprint of each dataset's lists, by its name
	Template string              `json:"template"`
	Command  string              `json:"command"` // what repeats the run
	Flags    map[string]string   `json:"flags"`   // the command line in full
	// Thrift says by Cell.special how steps save memory, where it is short.
	Thrift map[string]Thrift `json:"thrift,omitempty"`
	Kernel string            `json:"kernel"` // arithmetic kernels in use, as far as they round differently; see simd.Rounding
}

// Protocols lists the valid protocols.
var Protocols = []string{"base2new", "fewshot", "xd", "dg", "all"}

// Check returns an error that names the first unusable value and its flag.
func (c *Config) Check() error {
	if err := CheckMethods(c.Methods); err != nil {
		return err
	}
	switch {
	case len(c.Methods) == 0:
		return errors.New("-method names no method")
	case len(c.Seeds) == 0:
		return errors.New("-seeds names no seed")
	}
	if err := CheckProtocol(c.Protocol); err != nil {
		return err
	}
	if c.Study && c.Protocol != "base2new" {
		return fmt.Errorf("-study goes with -protocol base2new, not %s", c.Protocol)
	}
	for i, s := range c.Seeds {
		if slices.Contains(c.Seeds[:i], s) {
			return fmt.Errorf("-seeds names %d twice", s)
		}
	}
	for _, shots := range c.AllShots() {
		if shots < 1 {
			return fmt.Errorf("-shots %d: at least 1 image a class is needed", shots)
		}
	}
	if err := c.transferable(); err != nil {
		return err
	}
	for _, cell := range c.Cells() {
		m := cell.Method
		switch s := c.For(cell); {
		case Untrained(m) || c.Load != "":
		case s.Epochs < 1:
			return fmt.Errorf("-epochs %d: must be at least 1", s.Epochs)
		case s.Batch < 1:
			return fmt.Errorf("-batch %d: must be at least 1", s.Batch)
		case !(s.LR > 0) || math.IsInf(s.LR, 0):
			return fmt.Errorf("-lr %v: must be a positive number", s.LR)
		case (isCDC(m) || strings.HasPrefix(m, "ensemble")) && (s.Templates < 1 || s.Templates > 64):
			return fmt.Errorf("-templates %d: must be 1 to 64", s.Templates)
		}
	}
	return nil
}

// owner identifies the settings that shape a cell's training: state written
// under other settings is not continued.
func (c *Config) owner(cell Cell) string {
	return fmt.Sprintf("%s, %+v, %s, %s, model %s, kernel %s", cell, c.For(cell), c.Data, c.Protocol, c.Fingerprint, c.Kernel)
}

// CheckProtocol returns an error that lists the valid protocols if one is
// unknown.
func CheckProtocol(protocol string) error {
	if !slices.Contains(Protocols, protocol) {
		return fmt.Errorf("unknown -protocol %q: choose from %s", protocol, strings.Join(Protocols, ", "))
	}
	return nil
}
