package main

import (
	"context"
	"errors"
	"math"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/eval"
	"frontdoor/eval/train"
	"frontdoor/prompt"
)

// answer is what was answered for an image.
type answer struct {
	prob  []float32 // [N]
	label int
	right bool
	top   float64 // the largest probability
	doubt doubts  // of an image being any of the classes
}

// doubts are signals that should be greater for images of no class.
type doubts [len(signalNames)]float64

// signalNames are those of the doubts, in their order.
var signalNames = [...]string{"uncertainty", "largest logit", "belief", "entropy", "largest probability", "zero-shot cosine"}

// The doubts that promises know.
const (
	uncertainty = iota
	largestLogit
)

// sample holds the answers about images of the classes, and about others. For
// left the classes of an image were not asked about: they are strangers of one's
// own making.
type sample struct{ known, strange, left []answer }

func (s *sample) accuracy() float64 {
	right := 0
	for _, a := range s.known {
		if a.right {
			right++
		}
	}
	return float64(right) / float64(len(s.known))
}

// answers trains the method on some images of each base class, and asks it about
// other images of these classes, and about those of the new classes.
func (j job) answers(ctx context.Context) (*sample, error) {
	m, err := clip.Tiny()
	if err != nil {
		return nil, err
	}
	ds, err := j.open(ctx)
	if err != nil {
		return nil, err
	}
	base, novel := data.Subset(ds, data.Base), data.Subset(ds, data.New)
	l, err := eval.Train(ctx, m, base, j.method, j.shots, 1)
	if err != nil {
		return nil, err
	}
	a := &asked{learner: l, zero: prompt.NewZeroShot(m, ds.Template), load: train.NewLoader(m, new(data.Report))}
	a.load.KeepNoImages()
	if err := a.zero.SetClasses(base.Classes); err != nil {
		return nil, err
	}
	known, err1 := a.batches(ctx, untrained(base, j.shots))
	strange, err2 := a.batches(ctx, every(novel.Test, mostStrangers))
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	s := &sample{known: a.read(known, nil), strange: a.read(strange, nil)}
	s.left, err = a.leaveOut(known, base.Classes)
	return s, err
}

// mostStrangers is how many images of other classes are asked about.
const mostStrangers = 2400

// every returns up to n of the items, equally far apart.
func every(items []data.Item, n int) []data.Item {
	step := (len(items) + n - 1) / n
	var some []data.Item
	for i := 0; i < len(items); i += max(step, 1) {
		some = append(some, items[i])
	}
	return some
}

func (j job) open(ctx context.Context) (*data.Dataset, error) {
	if j.data != "" {
		ds, _, err := data.Open(ctx, j.dataset, data.OpenOptions{Data: j.data})
		return ds, err
	}
	task, err := world.TaskByName(j.dataset)
	if err != nil {
		return nil, err
	}
	return data.World(task, data.WorldOptions{TestPerClass: j.images}), nil
}

// untrained lists the images that were not trained on: of the world those for
// testing, which differ from the others in nothing but number.
func untrained(ds *data.Dataset, shots int) []data.Item {
	if kind, _ := data.KindOf(ds.Name); kind == data.Rendered {
		return ds.Test
	}
	used := map[string]bool{}
	for _, it := range ds.FewShot(shots, 1).Train {
		used[it.Name()] = true
	}
	var rest []data.Item
	for _, list := range [][]data.Item{ds.Train, ds.Val, ds.Test} {
		for _, it := range list {
			if !used[it.Name()] {
				rest = append(rest, it)
			}
		}
	}
	return rest
}

// asked is a learner that is asked, and zero-shot CLIP beside it.
type asked struct {
	learner prompt.Learner
	zero    *prompt.ZeroShot
	load    *train.Loader
}

// pair has the features of a batch that both read.
type pair struct{ own, zero *train.Batch }

func (a *asked) batches(ctx context.Context, items []data.Item) (all []pair, err error) {
	for part := range a.load.Batches(items) {
		own, err1 := a.load.Extract(ctx, a.learner, part)
		zero, err2 := a.load.Extract(ctx, a.zero, part)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		all = append(all, pair{own, zero})
	}
	return all, nil
}

// read has the learner answer for the images, or for those that are chosen.
func (a *asked) read(batches []pair, choose func(label int) bool) (all []answer) {
	for _, b := range batches {
		p, z := a.learner.Classify(b.own.Features), a.zero.Classify(b.zero.Features)
		for i, y := range b.own.Labels {
			if choose == nil || choose(y) {
				all = append(all, newAnswer(p, z, i, y))
			}
		}
	}
	return all
}

func newAnswer(p, zero prompt.Prediction, i, label int) answer {
	row := p.Prob.Row(i)
	best := prompt.Argmax(row)
	a := answer{prob: row, label: label, right: best == label, top: float64(row[best])}
	u, entropy := float64(p.Uncertainty[i]), 0.0
	for _, v := range row {
		if v > 0 {
			entropy -= float64(v) * math.Log(float64(v))
		}
	}
	a.doubt = doubts{u, -float64(p.MaxLogit[i]), -(1 - u) * a.top, entropy, 1 - a.top, -float64(zero.MaxLogit[i])}
	return a
}

// parts is into how many parts calibrate cuts the classes to leave them out.
const parts = 8

// leaveOut asks about each image among the classes of the other parts; nothing if
// the learner is bound to its classes.
func (a *asked) leaveOut(batches []pair, classes []string) (all []answer, err error) {
	for part := range parts {
		var rest []string
		for k, name := range classes {
			if k%parts != part {
				rest = append(rest, name)
			}
		}
		err := a.learner.SetClasses(rest)
		if errors.Is(err, prompt.ErrClassBound) {
			return nil, nil
		}
		if err := errors.Join(err, a.zero.SetClasses(rest)); err != nil {
			return nil, err
		}
		all = append(all, a.read(batches, func(label int) bool { return label%parts == part })...)
	}
	return all, nil
}
