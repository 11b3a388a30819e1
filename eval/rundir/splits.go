package rundir

import (
	"maps"
	"slices"

	"frontdoor/internal/setting"
)

// SameSplits returns an error if one of the datasets with the fingerprints now
// is not what it was when the run in the folder dir began: what is trained and
// tested next would not go with what is finished. Datasets that the run does
// not know count as unchanged.
func (c *Config) SameSplits(now map[string]string, dir string) error {
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if then := c.Splits[name]; then != "" && then != now[name] {
			return setting.Errorf("the images of %s have changed since the run in %s began: training/validation/test were %s, now %s (numbers, and a fingerprint of names and labels); restore them, or begin anew with another {out}",
				name, dir, then, now[name])
		}
	}
	return nil
}
