package prompt

import (
	_ "embed"
	"encoding/json"
	"slices"
)

// templatesJSON holds the caption templates of the published experiments: one
// for each benchmark dataset (CoOp), and 80 for ImageNet with the seven that
// do most of the work (CLIP).
//
//go:embed templates.json
var templatesJSON []byte

type templateFile struct {
	Datasets   map[string]string `json:"datasets"`
	ImageNet7  []string          `json:"imagenet7"`
	ImageNet80 []string          `json:"imagenet80"`
}

// templates decodes the embedded file, which the package's test reads too.
func templates() templateFile {
	var f templateFile
	if err := json.Unmarshal(templatesJSON, &f); err != nil {
		panic("prompt: templates.json: " + err.Error())
	}
	return f
}

// DatasetTemplate returns the hand-crafted caption template of a benchmark
// dataset by its registry name, such as "EuroSAT", and whether there is one.
func DatasetTemplate(dataset string) (string, bool) {
	t, ok := templates().Datasets[dataset]
	return t, ok
}

// Templates80 returns CLIP's 80 templates for ImageNet.
func Templates80() []string { return templates().ImageNet80 }

// Templates7 returns the seven templates that CLIP's authors selected among
// the 80, and own behind them, the dataset's template. CoOp's ensemble
// classifier does so for all datasets but ImageNet; pass "" for that one.
func Templates7(own string) []string {
	all := templates().ImageNet7
	if own != "" && !slices.Contains(all, own) {
		all = append(all, own)
	}
	return all
}
