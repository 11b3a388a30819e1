package kept

import (
	"fmt"
	"regexp"
	"strconv"

	"frontdoor/imaging"
)

// spaces reads what the names of spaces of features are made of: what was cropped
// and by which view, the revision of the decoders, the side of the images in pixels
// and how they were prepared; see Folder.
var spaces = regexp.MustCompile(`^(whole|random crops \d+|crops of a training \d+)(?:: \{Name:(.*) crop:.*\})?, decoders (\d+), side (\d+), prepared ("(?:[^"\\]|\\.)*"), `)

// older is said of what nothing reads any more.
const older = ", of an earlier version"

// shownDigest is how much of a model's digest tells it from others.
const shownDigest = 12

// Words says for people what a folder of features keeps, by the names of a model
// and a view in it. A name that no Folder gives stays as it is.
func Words(model, view string) (shortModel, words string) {
	if view == decodable.View {
		words = "which images can be decoded"
		if model != decodable.Model {
			words += older
		}
		return "any", words
	}
	m := spaces.FindStringSubmatch(view)
	if m == nil {
		return model[:min(len(model), shownDigest)], view
	}
	switch m[1][0] {
	case 'w':
		words = "whole images"
	case 'r':
		words = fmt.Sprintf("random crops for heads (%s)", m[2])
	default:
		words = fmt.Sprintf("random crops of a training (%s)", m[2])
	}
	words += ", " + m[4] + " pixels"
	if m[5] != `""` {
		words += ", prepared as the model's configuration says"
	}
	if m[3] != strconv.Itoa(imaging.Revision) {
		words += older
	}
	return model[:min(len(model), shownDigest)], words
}
