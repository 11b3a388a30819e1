package inspect

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"frontdoor/adapter"
	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/eval/train"
	"frontdoor/prompt"
)

// How much is listed of what a model finds, and from where on.
const (
	mostListed  = 50
	alikeNames  = 0.95 // cosine of captions
	folds       = 5
	oddDistance = 3.5  // robust standard deviations from the class's median
	oddLeast    = 0.02 // of cosine
)

// Alike is a pair of classes whose captions a model hardly tells apart.
type Alike struct {
	A      string  `json:"a"`
	B      string  `json:"b"`
	Cosine float64 `json:"cosine"` // of the captions
}

// Outlier is an image unlike the others of its class.
type Outlier struct {
	rundir.Where
	Cosine float64 `json:"cosine"` // mean over the others of the class
	Median float64 `json:"median"` // of the class
}

// seen are images with their features by a frozen tower.
type seen struct {
	model    *clip.Model
	ds       *data.Dataset
	photos   []photo
	labels   []int
	features *autograd.Tensor // [B, E] unit
}

// see encodes images.
func see(ctx context.Context, m *clip.Model, load *train.Loader, ds *data.Dataset, all []photo, step func(done, total int)) (*seen, error) {
	items := make([]data.Item, len(all))
	for i, p := range all {
		items[i] = p.Item
	}
	x, kept, err := load.Features(ctx, items, step)
	if err != nil {
		return nil, err
	}
	s := &seen{model: m, ds: ds, features: x}
	for _, i := range kept {
		s.photos, s.labels = append(s.photos, all[i]), append(s.labels, all[i].Label)
	}
	return s, nil
}

// alike lists the pairs of class names that the model finds alike.
func (s *seen) alike() ([]Alike, error) {
	raw, err := prompt.RawCaptionFeatures(s.model, s.ds.Template, s.ds.Classes) // [N, E]
	if err != nil {
		return nil, err
	}
	text := adapter.Unit(raw)
	var all []Alike
	for i, a := range s.ds.Classes {
		for j, b := range s.ds.Classes[:i] {
			if c := dot(text.Row(i), text.Row(j)); c >= alikeNames {
				all = append(all, Alike{b, a, c})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Alike) int { return cmp.Compare(b.Cosine, a.Cosine) })
	return all[:min(len(all), mostListed)], nil
}

// outliers lists images whose mean cosine to the others of their class is far
// below the class's median, in medians of the absolute deviation.
func (s *seen) outliers() []Outlier {
	type odd struct {
		Outlier
		far float64
	}
	var all []odd
	for k := range s.ds.Classes {
		own := slices.DeleteFunc(numbers(len(s.labels)), func(i int) bool { return s.labels[i] != k })
		if len(own) < fewImages {
			continue
		}
		sum, near := make([]float32, s.features.Cols()), make([]float64, len(own))
		for _, i := range own {
			for e, v := range s.features.Row(i) {
				sum[e] += v
			}
		}
		for a, i := range own {
			x := s.features.Row(i)
			near[a] = (dot(x, sum) - dot(x, x)) / float64(len(own)-1)
		}
		middle := median(near)
		deviations := make([]float64, len(near))
		for a, v := range near {
			deviations[a] = math.Abs(v - middle)
		}
		const normal = 1.4826 // of the median deviation of a normal distribution
		spread := max(normal*median(deviations), oddLeast/oddDistance)
		for a, v := range near {
			if far := (middle - v) / spread; far > oddDistance {
				all = append(all, odd{Outlier{s.photos[own[a]].Where, v, middle}, far})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b odd) int { return cmp.Compare(b.far, a.far) })
	out := make([]Outlier, min(len(all), mostListed))
	for i := range out {
		out[i] = all[i].Outlier
	}
	return out
}

// suspects lists labels that may be wrong, by confident learning (Northcutt et al.
// 2021): each image is answered by Gaussian discriminant analysis of the features
// of the other folds, and is suspected if the answer is another class, as probable
// as that class is to its own images on average.
func (s *seen) suspects() ([]rundir.Suspect, error) {
	probs, err := s.outOfFold() // [B][N]
	if err != nil {
		return nil, err
	}
	n := len(s.ds.Classes)
	sum, count := make([]float64, n), make([]float64, n)
	for i, p := range probs {
		if p != nil {
			sum[s.labels[i]] += float64(p[s.labels[i]])
			count[s.labels[i]]++
		}
	}
	var all []rundir.Suspect
	for i, p := range probs {
		if p == nil {
			continue
		}
		k, y := prompt.Argmax(p), s.labels[i]
		if k != y && count[k] > 0 && float64(p[k]) >= sum[k]/count[k] {
			all = append(all, rundir.Suspect{Where: s.photos[i].Where, Suggested: s.ds.Classes[k], Probability: float64(p[k]), LabelProbability: float64(p[y])})
		}
	}
	slices.SortStableFunc(all, func(a, b rundir.Suspect) int {
		return cmp.Compare(b.Probability-b.LabelProbability, a.Probability-a.LabelProbability)
	})
	return all[:min(len(all), mostListed)], nil
}

// outOfFold returns the probabilities [N] of each image by a head that was fitted
// without its fold; nil for an image that is alone in its class, without which
// there would be none.
func (s *seen) outOfFold() ([][]float32, error) {
	text, err := prompt.RawCaptionFeatures(s.model, s.ds.Template, s.ds.Classes) // [N, E]
	if err != nil {
		return nil, err
	}
	total, sofar := make([]int, len(s.ds.Classes)), make([]int, len(s.ds.Classes))
	for _, y := range s.labels {
		total[y]++
	}
	for k, n := range total {
		if n == 0 {
			return nil, fmt.Errorf("class %q has no image that can be read", s.ds.Classes[k])
		}
	}
	fold := make([]int, len(s.labels))
	for i, y := range s.labels {
		fold[i] = sofar[y] % folds
		sofar[y]++
		if total[y] == 1 {
			fold[i] = -1
		}
	}
	probs := make([][]float32, len(s.labels))
	for f := range folds {
		var in, out []int
		for i := range fold {
			if fold[i] == f {
				out = append(out, i)
			} else {
				in = append(in, i)
			}
		}
		if len(out) == 0 {
			continue
		}
		task := &adapter.Task{Views: []*autograd.Tensor{rowsOf(s.features, in)}, Text: text, Scale: s.model.Scale()}
		for _, i := range in {
			task.Labels = append(task.Labels, s.labels[i])
		}
		head, err := adapter.FitGDA(task, adapter.Alphas)
		if err != nil {
			return nil, err
		}
		y := head.Logits(nil, rowsOf(s.features, out)) // [n, N]
		for j, i := range out {
			probs[i] = softmax(y.Row(j))
		}
	}
	return probs, nil
}

// rowsOf copies some rows of x.
func rowsOf(x *autograd.Tensor, which []int) *autograd.Tensor {
	out := autograd.Zeros(len(which), x.Cols())
	for j, i := range which {
		copy(out.Row(j), x.Row(i))
	}
	return out
}

func softmax(logits []float32) []float32 {
	top, sum := slices.Max(logits), 0.0
	out := make([]float32, len(logits))
	for _, v := range logits {
		sum += math.Exp(float64(v - top))
	}
	for k, v := range logits {
		out[k] = float32(math.Exp(float64(v-top)) / sum)
	}
	return out
}

func dot(a, b []float32) (sum float64) {
	for i, v := range a {
		sum += float64(v) * float64(b[i])
	}
	return sum
}

// median is the middle of some values, of an even number the lower one.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}

// numbers are 0, 1, ... n-1.
func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
