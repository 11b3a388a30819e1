package clip

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"frontdoor/imaging"
	"frontdoor/weights"
)

// Weights in OpenAI's names do not say how they were trained. Without a
// configuration beside them the name that they were published under does:
// OpenCLIP's releases, its repositories on the Hugging Face hub, MetaCLIP's
// files, and what OpenCLIP's own training writes into a checkpoint. Source:
// open_clip 3.3, pretrained.py.

// openAIFiles are OpenAI's own.
var openAIFiles = regexp.MustCompile(`^vit-(b-32|b-16|l-14|l-14-336px)$`)

// published are patterns of names, in lower case with dashes for underscores,
// and what they stand for; the first that fits decides. An empty activation is
// OpenAI's.
var published = []struct {
	name       *regexp.Regexp
	activation string
	processor  func(side int) imaging.Processor
}{
	{name: openAIFiles},
	// MetaCLIP 2: quick GELU for H/14 at 224 pixels alone; 378 are squashed.
	{name: regexp.MustCompile(`metaclip-?2.*378|clip-378\.metaclip2`), activation: GELU, processor: squashed},
	{name: regexp.MustCompile(`metaclip-?2.*quickgelu|metaclip-?2.*(h14|huge).*224|huge-patch14-clip-224\.metaclip2`)},
	{name: regexp.MustCompile(`metaclip-?2-|\.metaclip2`), activation: GELU},
	// DFN: quick GELU but for the later L/14; H/14 is shown squashed pictures.
	{name: regexp.MustCompile(`dfn2b-clip-vit-l-14-39b|l-14.*dfn2b-s39b`), activation: GELU},
	{name: regexp.MustCompile(`dfn5b-clip-vit-h-14|vit-h-14.*dfn5b`), processor: squashed},
	{name: regexp.MustCompile(`dfn[25]b`)},
	// MetaCLIP: quick GELU but for H/14 v1.2.
	{name: regexp.MustCompile(`^h14-v1\.2-altogether|metaclip.*altogether`), activation: GELU},
	{name: regexp.MustCompile(`^(b32|b16|l14|h14|g14)-(400m|fullcc)|metaclip`)},
	// LAION's L/14 of LAION-2B was trained on pictures in -1 to 1.
	{name: regexp.MustCompile(`vit-l-14.*laion2b`), activation: GELU, processor: centred},
	{name: regexp.MustCompile(`quickgelu|\.openai$`)},
	{name: regexp.MustCompile(`(vit-b-32|vit-base-patch32-clip-224)[-.]laion400m`)},
	{name: regexp.MustCompile(`^vit-[a-z]+-patch(14|16|32)(-plus)?-clip-(quickgelu-)?[0-9]+\.`), activation: GELU},
	{name: regexp.MustCompile(`vit-(s|m|b|l|h|g|e|bigg)-(14|16|32)(-[a-z0-9]+)*-(laion|datacomp|commonpool|merged2b|cc12m|yfcc15m)`), activation: GELU},
	{name: regexp.MustCompile(`^open-clip-`), activation: GELU},
}

// squashed is DFN-5B's preprocessing.
func squashed(side int) imaging.Processor {
	return imaging.Processor{Resize: imaging.Squash, Height: side, Width: side, Mean: openAIMean, Std: openAIStd}
}

// centred is CLIP's preprocessing with a mean and deviation of 0.5.
func centred(side int) imaging.Processor {
	return imaging.Processor{Resize: imaging.Shortest, Height: side, CropHeight: side, CropWidth: side, Mean: half, Std: half}
}

// namesOf returns the names that a path gives a model: the file's, the
// folder's, and that of a repository in the hub's cache.
func namesOf(path string) []string {
	dir := filepath.Dir(path)
	base := filepath.Base(path)
	names := []string{strings.TrimSuffix(base, filepath.Ext(base)), filepath.Base(dir)}
	if up := filepath.Dir(dir); filepath.Base(up) == "snapshots" {
		names = append(names, filepath.Base(filepath.Dir(up)))
	}
	for i, name := range names {
		names[i] = strings.ReplaceAll(strings.ToLower(name), "_", "-")
	}
	return names
}

// namedDescription returns what the names of a file and of a checkpoint's
// training say.
func namedDescription(path string, metadata map[string]string) description {
	if run, ok := metadata[weights.CheckpointName]; ok {
		if model, quick, ok := trainedModel(run); ok {
			d := description{named: true, source: fmt.Sprintf("the training's name %q", model), activation: GELU, textActivation: GELU}
			if quick {
				d.activation, d.textActivation = "", ""
			}
			return d
		}
	}
	for _, name := range namesOf(path) {
		for _, p := range published {
			if p.name.MatchString(name) {
				return description{named: true, source: fmt.Sprintf("the name %q", name),
					activation: p.activation, textActivation: p.activation, processor: p.processor}
			}
		}
	}
	return description{}
}

// OpenAIs says whether the weights in a file may be OpenAI's, as far as its names
// tell: weights that were published under another name are not, whatever their
// architecture.
func OpenAIs(path string) bool {
	for _, name := range namesOf(path) {
		for _, p := range published {
			if p.name.MatchString(name) {
				return openAIFiles.MatchString(name) || strings.HasSuffix(name, ".openai")
			}
		}
	}
	return true
}

// modelName is a model of OpenCLIP's at the beginning of a training's name, or
// where OpenCLIP puts it when the name is left to it.
var modelName = regexp.MustCompile(`(?:^|-model_)(ViT-(?:S|M|B|L|H|g|e|bigG)-\d+(?:-alt|-plus)?(?:-(?:224|240|256|280|320|336|378|384))?(-quickgelu)?)(?:[-_ ]|$)`)

// trainedModel returns the model in the name of a training run, and whether it
// has quick GELU.
func trainedModel(run string) (model string, quick, ok bool) {
	m := modelName.FindStringSubmatch(strings.ReplaceAll(run, "/", "-"))
	if m == nil {
		return "", false, false
	}
	return m[1], m[2] != "", true
}
