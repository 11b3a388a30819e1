package data

import (
	"fmt"
	"math/rand/v2"
	"sync"
)

// readability remembers which images can be decoded, so that each is tried
// once; what cannot is noted in the report. Its methods are safe for concurrent
// use.
type readability struct {
	report *Report
	verify func(items []Item) []error
	mu     sync.Mutex
	known  map[string]bool
}

// check tries the items that have not been tried, in parallel.
func (r *readability) check(items []Item) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[string]bool{}
	}
	var fresh []Item
	for _, it := range items {
		if _, tried := r.known[it.Name()]; !tried {
			r.known[it.Name()] = false
			fresh = append(fresh, it)
		}
	}
	errs := r.verify(fresh)
	for i, it := range fresh {
		r.known[it.Name()] = errs[i] == nil
		if errs[i] != nil {
			r.report.AddError(it.Name(), errs[i])
		}
	}
}

// ok says whether an item can be decoded.
func (r *readability) ok(it Item) bool {
	r.check([]Item{it})
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.known[it.Name()]
}

// replace returns the sample with every item that cannot be decoded replaced by
// another one of its class, drawn from those of all that are not in the sample;
// without one if none is left. Each class has random numbers of its own, so that
// one damaged image changes nothing else. A nil r returns the sample itself.
func (r *readability) replace(sample, all []Item, seed int64) []Item {
	if r == nil {
		return sample
	}
	r.check(sample)
	taken := map[string]bool{}
	for _, it := range sample {
		taken[it.Name()] = true
	}
	rest := map[int][]Item{} // by class, in random order once it is needed
	out := make([]Item, 0, len(sample))
	for _, it := range sample {
		if r.ok(it) {
			out = append(out, it)
			continue
		}
		unused, begun := rest[it.Label]
		if !begun {
			for _, other := range all {
				if other.Label == it.Label && !taken[other.Name()] {
					unused = append(unused, other)
				}
			}
			rng := rand.New(rand.NewPCG(uint64(seed), uint64(it.Label)))
			rng.Shuffle(len(unused), func(i, j int) { unused[i], unused[j] = unused[j], unused[i] })
		}
		for len(unused) > 0 && !r.ok(unused[0]) {
			unused = unused[1:]
		}
		if len(unused) > 0 {
			out = append(out, unused[0])
			unused = unused[1:]
		}
		rest[it.Label] = unused
	}
	return out
}

// Few says of each class of one's own images that has fewer than k to train on
// how many it has; nothing of other datasets, in which this is as published.
func (d *Dataset) Few(k int) []string {
	if d.sampled == nil {
		return nil
	}
	n := make([]int, len(d.Classes))
	for _, it := range d.Train {
		n[it.Label]++
	}
	var out []string
	for label, count := range n {
		if count < k {
			out = append(out, fmt.Sprintf("class %q has %s for training, fewer than %d shots: all are used", d.Classes[label], plural(count, "image", "images"), k))
		}
	}
	return out
}

// plural counts things in words.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
