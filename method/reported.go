package method

import "slices"

// Reported are accuracies in percent that were printed for a method, with
// OpenAI's ViT-B/16, 16 images a class and 3 seeds.
type Reported struct {
	Source string // who printed them
	// BaseNew has base and new accuracy on each of the eleven datasets, in the
	// order of [ReportedDatasets], or nothing where only their average was
	// printed, which is Average.
	BaseNew [][2]float64
	Average [2]float64
	// Cross and Shifted have the accuracies after training on ImageNet, on the
	// datasets of ReportedDatasets (protocol xd) and of [ReportedVariants]
	// (protocol dg).
	Cross, Shifted []float64
}

// ReportedDatasets are the datasets of base-to-new and cross-dataset results,
// and ReportedVariants those of domain generalisation, ImageNet first in both.
var (
	ReportedDatasets = []string{"imagenet", "caltech101", "oxford_pets", "stanford_cars", "oxford_flowers", "food101", "fgvc_aircraft",
		"sun397", "dtd", "eurosat", "ucf101"}
	ReportedVariants = []string{"imagenet", "imagenetv2", "imagenet_sketch", "imagenet_a", "imagenet_r"}
)

// Pair returns the printed base and new accuracy on a dataset.
func (r *Reported) Pair(dataset string) (pair [2]float64, ok bool) {
	i := slices.Index(ReportedDatasets, dataset)
	if i < 0 || i >= len(r.BaseNew) {
		return pair, false
	}
	return r.BaseNew[i], true
}

// Transfer returns the printed accuracies of a protocol, xd or dg, and their
// datasets, ImageNet first; nothing if none were printed.
func (r *Reported) Transfer(protocol string) (datasets []string, values []float64) {
	if protocol == "dg" {
		return ReportedVariants[:len(r.Shifted)], r.Shifted
	}
	return ReportedDatasets[:len(r.Cross)], r.Cross
}

const (
	zhou    = "Zhou et al., CVPR 2022 (arXiv 2203.05557)"
	khattak = "Khattak et al., CVPR 2023 (arXiv 2210.03117) and its repository"
)
