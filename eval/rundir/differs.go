package rundir

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Differs says in words in what two configurations differ; it is empty if they
// are of the same run. The kernel and the paths of the model and the data do
// not count, since they belong to the machine.
func (c *Config) Differs(other *Config) string {
	if c.Fingerprint != other.Fingerprint {
		return fmt.Sprintf("their models differ (fingerprints %s and %s)", c.Fingerprint, other.Fingerprint)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Flags)) {
		if a, b := c.Flags[name], other.Flags[name]; a != b && !ofMachine(name) {
			return fmt.Sprintf("-%s %s and %s", name, a, b)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Splits)) {
		if a, b := c.Splits[name], other.Splits[name]; a != b {
			return fmt.Sprintf("their images of %s differ: training/validation/test are %s and %s", name, a, b)
		}
	}
	a, err1 := fields(c.anywhere())
	b, err2 := fields(other.anywhere())
	if err := errors.Join(err1, err2); err != nil {
		return err.Error()
	}
	names := slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b)))
	slices.Sort(names)
	for _, name := range names {
		if x, y := string(a[name]), string(b[name]); x != y {
			return fmt.Sprintf("%s in their %s is %.80s and %.80s", name, ConfigFile, cmp.Or(x, "missing"), cmp.Or(y, "missing"))
		}
	}
	return ""
}

// fields are the values of a configuration as they are stored, by their names.
func fields(c Config) (out map[string]json.RawMessage, err error) {
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(text, &out)
	return out, err
}

// ofMachine says whether a flag names a place on the machine.
func ofMachine(flag string) bool {
	return flag == "model" || flag == "vocab" || flag == "data" || flag == "load"
}

// anywhere returns the configuration without what belongs to the machine.
func (c *Config) anywhere() Config {
	out := *c
	out.Device = ""
	out.Kernel, out.Model, out.Vocabulary, out.Data, out.Load = "", "", "", "", ""
	out.Flags, out.Command, out.Memory = nil, "", nil
	return out
}
