package prompt

import (
	_ "embed"
	"encoding/json"
	"slices"
)

// templatesJSON holds CLIP's caption templates for ImageNet: 80, and the seven
// of them that do most of the work.
//
//go:embed templates.json
var templatesJSON []byte

type templateFile struct {
	ImageNet7  []string `json:"imagenet7"`
	ImageNet80 []string `json:"imagenet80"`
}

// templates decodes the embedded file.
func templates() templateFile {
	var f templateFile
	if err := json.Unmarshal(templatesJSON, &f); err != nil {
		panic("prompt: templates.json: " + err.Error())
	}
	return f
}

// Templates80 returns CLIP's 80 templates for ImageNet.
func Templates80() []string { return templates().ImageNet80 }

// Templates7 returns the seven templates that CLIP's authors selected among
// the 80, and the dataset's own behind them. CoOp's ensemble classifier does so
// for all datasets but ImageNet; pass "" for that one.
func Templates7(dataset string) []string {
	all := templates().ImageNet7
	if dataset != "" && !slices.Contains(all, dataset) {
		all = append(all, dataset)
	}
	return all
}
