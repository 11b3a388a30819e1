package data

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"

	"frontdoor/data/world"
	"frontdoor/imaging"
)

// WorldItem is a picture of the synthetic world, drawn whenever it is opened.
// Its factors are the truth about it.
type WorldItem struct {
	Factors world.Factors
	Style   world.Style
	// Size is the width and height in pixels; zero stands for world.Size.
	Size int
	// ID is what Name returns.
	ID string
}

// Open draws the picture. It never fails.
func (w WorldItem) Open(context.Context) (*imaging.Image, error) {
	size := w.Size
	if size == 0 {
		size = world.Size
	}
	im := imaging.New(size, size)
	world.Render(im.Pix, size, w.Factors, w.Style)
	return im, nil
}

// Name returns the ID, such as "texshape/train/striped star/3".
func (w WorldItem) Name() string { return w.ID }

// WorldOptions are the choices that World leaves to the caller.
type WorldOptions struct {
	// Seed draws the pictures, together with the number of the world. It is not the seed of a run: runs that are to be
	// compared share it, so that they are tested on the same pictures, and
	// take their few shots from one pool by FewShot.
	Seed uint64
	// TrainPerClass and TestPerClass are the pictures of a class in the pool of
	// training and in each test set; zero stands for 32 and 25.
	TrainPerClass, TestPerClass int
	// Size is the width and height of a picture; zero stands for world.Size.
	Size int
}

// Names of the extra test sets that World adds beside the task's variants.
const (
	// Decorrelated has the base classes at rho = 0: the pictures of the base
	// test set with the irrelevant factors drawn again, independent of class.
	Decorrelated = "decorrelated"
	// NewCorrelated has the new classes at the rho of training.
	NewCorrelated = "new correlated"
)

// World makes the dataset of a task by the protocol of CDC: in the training
// pool and in the test set of the base classes the irrelevant factors go with
// the class (rho = world.TrainRho), in the test set of the new classes they do
// not (rho = 0). So Subset(d, Base) and Subset(d, New) are the two halves of
// a base-to-new experiment. Extra holds Decorrelated, NewCorrelated and the
// task's variants, the latter with all classes.
//
// Equal arguments give equal pictures, and asking for more of them does not
// change the first ones.
func World(task *world.Task, opt WorldOptions) *Dataset {
	if task == nil {
		panic("data: World of a nil task")
	}
	if opt.TrainPerClass == 0 {
		opt.TrainPerClass = 32
	}
	if opt.TestPerClass == 0 {
		opt.TestPerClass = 25
	}
	base, all := task.Base(), task.N()
	confounded := world.Sampling{Rho: world.TrainRho, Domain: world.Downstream}
	free := world.Sampling{Domain: world.Downstream}
	p := painter{task: task, opt: opt}
	test := func(name string, lo, hi int, how world.Sampling) []Item {
		return p.items(name, "test", lo, hi, opt.TestPerClass, how)
	}

	d := &Dataset{Name: task.Name, Classes: task.Classes, Template: DefaultTemplate, Task: task}
	d.Train = p.items("train", "train", 0, all, opt.TrainPerClass, confounded)
	d.Test = append(test("test", 0, base, confounded), test("test", base, all, free)...)
	d.Extra = []TestSet{
		{Decorrelated, test(Decorrelated, 0, base, free)},
		{NewCorrelated, test(NewCorrelated, base, all, confounded)},
	}
	for _, v := range task.Variants() {
		d.Extra = append(d.Extra, TestSet{v.Name, p.items(v.Name, v.Name, 0, all, opt.TestPerClass, v.Sampling)})
	}
	return d
}

// SameContext returns the test images of a dataset of the world with the
// correlations of its training images throughout, the new classes too: what a
// shifted variant is compared with, where all classes were trained on. Other
// datasets have such a test set anyway.
func (d *Dataset) SameContext() []Item {
	correlated, ok := d.ExtraSet(NewCorrelated)
	if !ok {
		return d.Test
	}
	base, _ := BaseNew(d.Classes)
	var out []Item
	for _, it := range d.Test {
		if it.Label < len(base) {
			out = append(out, it)
		}
	}
	return append(out, correlated...)
}

// painter draws the factors of the sets of one task.
type painter struct {
	task *world.Task
	opt  WorldOptions
}

// items returns n pictures of each class in [lo, hi). Sets of the same stream
// use the same random numbers: they differ only in what how changes, which
// makes their accuracies comparable with few pictures.
func (p painter) items(set, stream string, lo, hi, n int, how world.Sampling) []Item {
	h := fnv.New64a()
	h.Write([]byte(stream))
	var out []Item
	for class := lo; class < hi; class++ {
		rng := rand.New(rand.NewPCG(p.seed(), h.Sum64()+uint64(class)))
		for i := range n {
			out = append(out, Item{Label: class, Source: WorldItem{
				Factors: p.task.Sample(rng, class, how),
				Style:   how.Style,
				Size:    p.opt.Size,
				ID:      fmt.Sprintf("%s/%s/%s/%d", p.task.Name, set, p.task.Classes[class], i),
			}})
		}
	}
	return out
}

// seed draws other pictures in each world, so that results in several worlds
// are results on different images.
func (p painter) seed() uint64 { return p.opt.Seed + p.task.World*0x9e3779b97f4a7c15 }
