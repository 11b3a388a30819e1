package data

import (
	"frontdoor/internal/mt19937"
)

// valShots is the most validation images a class that CoOp samples.
const valShots = 4

// fewShot draws k items of each class, as Dassl's generate_fewshot_dataset
// does with Python's random module: classes come in the order in which they
// first appear in items, each with its sample in the order of random.sample.
// A class with fewer than k items keeps them all, in order, and consumes no
// random numbers. k below 1 means no sampling: items is returned itself.
func fewShot(items []Item, k int, rng *mt19937.Python) []Item {
	if k < 1 {
		return items
	}
	var order []int
	byClass := map[int][]Item{}
	for _, it := range items {
		if byClass[it.Label] == nil {
			order = append(order, it.Label)
		}
		byClass[it.Label] = append(byClass[it.Label], it)
	}
	var out []Item
	for _, label := range order {
		class := byClass[label]
		if len(class) < k {
			out = append(out, class...)
			continue
		}
		for _, i := range rng.Sample(len(class), k) {
			out = append(out, class[i])
		}
	}
	return out
}

// Spare draws up to min(k, 4) images a class of the training images that a sample
// of the dataset lacks: what constants can be chosen by where the dataset has no
// validation images.
func (d *Dataset) Spare(sample *Dataset, k int, seed int64) []Item {
	taken := map[string]bool{}
	for _, it := range sample.Train {
		taken[it.Name()] = true
	}
	var rest []Item
	for _, it := range d.Train {
		if !taken[it.Name()] {
			rest = append(rest, it)
		}
	}
	return fewShot(rest, min(k, valShots), mt19937.NewPython(seed))
}

// FewShot returns the dataset with k training and min(k, 4) validation images
// a class, drawn with the seed of the run; the test sets stay whole. Equal
// seeds pick the images that CoOp picks. Of one's own images those that cannot be
// decoded are passed over, and others of their class are drawn in their place,
// as far as there are any. k below 1 returns d itself.
//
// Sample before Subset: a class then has the same images whether it is trained
// alone with its half or with all.
func (d *Dataset) FewShot(k int, seed int64) *Dataset {
	if k < 1 {
		return d
	}
	out := *d
	rng := mt19937.NewPython(seed)
	out.Train = d.sampled.replace(fewShot(d.Train, k, rng), d.Train, seed)
	out.Val = d.sampled.replace(fewShot(d.Val, min(k, valShots), rng), d.Val, seed)
	return &out
}
