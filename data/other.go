package data

import (
	"slices"

	"frontdoor/data/files"
)

// OtherFolder is the folder, beside those of the classes, of images that are of
// none of them. It is never a class; a promise is calibrated with it.
const OtherFolder = "_other"

// setAside takes the folder of others out of a collection and returns its images.
func setAside(c *files.Collection) (others []files.Labelled) {
	k := slices.IndexFunc(c.Classes, func(class files.Class) bool { return class.Key == OtherFolder })
	if k < 0 {
		return nil
	}
	c.Classes = slices.Delete(c.Classes, k, k+1)
	var kept []files.Labelled
	for _, im := range c.Images {
		switch {
		case im.Class == k:
			others = append(others, im)
			continue
		case im.Class > k:
			im.Class--
		}
		kept = append(kept, im)
	}
	c.Images = kept
	return others
}
