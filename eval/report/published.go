package report

import (
	"slices"

	"frontdoor/data/coop"
)

// Published numbers stand beside ours only where the experiment is the same:
// OpenAI's ViT-B/16, 16 images a class, 3 seeds, and the protocol and dataset
// they were published for. All are percent.
const (
	publishedBackbone = "ViT-B/16"
	publishedShots    = 16

	publishedSource = "Published: CLIP, CoOp and CoCoOp as printed in Zhou et al., CVPR 2022 (arXiv 2203.05557), " +
		"MaPLe, VPT, language and IVLP as in Khattak et al., CVPR 2023 (arXiv 2210.03117) and its repository; " +
		"ViT-B/16, 16 images a class, mean of 3 seeds."
)

// publishedOrder lists the methods with published numbers by dataset, in the
// order of the columns below.
var publishedOrder = []string{"zeroshot", "coop", "cocoop", "maple"}

// publishedBaseNew holds base and new accuracy by dataset, of each of
// publishedOrder.
var publishedBaseNew = map[string][4][2]float64{
	"imagenet":       {{72.43, 68.14}, {76.47, 67.88}, {75.98, 70.43}, {76.66, 70.54}},
	"caltech101":     {{96.84, 94.00}, {98.00, 89.81}, {97.96, 93.81}, {97.74, 94.36}},
	"oxford_pets":    {{91.17, 97.26}, {93.67, 95.29}, {95.20, 97.69}, {95.43, 97.76}},
	"stanford_cars":  {{63.37, 74.89}, {78.12, 60.40}, {70.49, 73.59}, {72.94, 74.00}},
	"oxford_flowers": {{72.08, 77.80}, {97.60, 59.67}, {94.87, 71.75}, {95.92, 72.46}},
	"food101":        {{90.10, 91.22}, {88.33, 82.26}, {90.70, 91.29}, {90.71, 92.05}},
	"fgvc_aircraft":  {{27.19, 36.29}, {40.44, 22.30}, {33.41, 23.71}, {37.44, 35.61}},
	"sun397":         {{69.36, 75.35}, {80.60, 65.89}, {79.74, 76.86}, {80.82, 78.70}},
	"dtd":            {{53.24, 59.90}, {79.44, 41.18}, {77.01, 56.00}, {80.36, 59.18}},
	"eurosat":        {{56.48, 64.05}, {92.19, 54.74}, {87.49, 60.04}, {94.07, 73.23}},
	"ucf101":         {{70.53, 77.50}, {84.69, 56.05}, {82.33, 73.45}, {83.00, 78.66}},
}

// publishedAverages are base and new accuracy over the eleven datasets, of
// some methods that were not printed dataset by dataset too.
var publishedAverages = []struct {
	method    string
	base, new float64
}{
	{"zeroshot", 69.34, 74.22}, {"coop", 82.69, 63.22}, {"cocoop", 80.47, 71.69}, {"vpt", 80.24, 73.43},
	{"language", 81.72, 73.81}, {"ivlp", 82.15, 74.07}, {"maple", 82.28, 75.14},
}

// publishedTransfer holds accuracies of methods trained on ImageNet: on the
// datasets of publishedTargets for protocol xd, then those of dg.
var publishedTransfer = map[string]map[string][]float64{
	"xd": {
		"coop":   {71.51, 93.70, 89.14, 64.51, 68.71, 85.30, 18.47, 64.15, 41.92, 46.39, 66.55},
		"cocoop": {71.02, 94.43, 90.14, 65.32, 71.88, 86.06, 22.94, 67.36, 45.73, 45.37, 68.21},
		"maple":  {70.72, 93.53, 90.49, 65.57, 72.23, 86.20, 24.74, 67.01, 46.49, 48.06, 68.69},
	},
	"dg": {
		"zeroshot": {66.73, 60.83, 46.15, 47.77, 73.96},
		"coop":     {71.51, 64.20, 47.99, 49.71, 75.21},
		"cocoop":   {71.02, 64.07, 48.75, 50.63, 76.18},
		"maple":    {70.72, 64.07, 49.15, 50.90, 76.98},
	},
}

// publishedTargets names the datasets of publishedTransfer, ImageNet first.
var publishedTargets = map[string][]string{
	"xd": {"imagenet", "caltech101", "oxford_pets", "stanford_cars", "oxford_flowers", "food101", "fgvc_aircraft", "sun397", "dtd", "eurosat", "ucf101"},
	"dg": {"imagenet", "imagenetv2", "imagenet_sketch", "imagenet_a", "imagenet_r"},
}

// samePublished says whether a run is of the kind that was published.
func samePublished(backbone string, shots int) bool {
	return backbone == publishedBackbone && shots == publishedShots
}

// publishedLabel marks a method's name as somebody else's number.
func publishedLabel(method string) string { return method + " (published)" }

// publishedPairs returns the published base and new accuracies on a dataset,
// or on the average of all eleven.
func publishedPairs(dataset string) (methods []string, pairs [][2]float64) {
	if dataset == averageName {
		for _, p := range publishedAverages {
			methods, pairs = append(methods, p.method), append(pairs, [2]float64{p.base, p.new})
		}
		return methods, pairs
	}
	row, ok := publishedBaseNew[dataset]
	if !ok {
		return nil, nil
	}
	return publishedOrder, row[:]
}

// allEleven says whether the datasets are those of the published average.
func allEleven(datasets []string) bool {
	for name := range publishedBaseNew {
		if !slices.Contains(datasets, name) {
			return false
		}
	}
	return len(datasets) == len(publishedBaseNew)
}

// title is the name of a dataset in tables.
func title(dataset string) string {
	if dataset == "dtd" { // DescribableTextures in the names of files
		return "DTD"
	}
	if o, ok := coop.ByName(dataset); ok {
		return o.Title
	}
	return dataset
}
