package inspect

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/kept"
	"frontdoor/eval/rundir"
	"frontdoor/eval/train"
)

// Photos is what is known of one's own images before anything is trained on them.
// Its JSON names are those of check -json.
type Photos struct {
	Data       string         `json:"data"`
	Classes    []Count        `json:"classes"`
	Unreadable []data.Problem `json:"unreadable"`
	LeftOut    []data.Problem `json:"left_out"` // what is no image of a class
	Tiny       []Size         `json:"tiny"`
	rundir.Findings
	Leaks    int       `json:"leaks"`    // twins in training and in test
	Alike    []Alike   `json:"alike"`    // class names, with a model
	Outliers []Outlier `json:"outliers"` // with a model
}

// Count is how many images a class has.
type Count struct {
	Class string `json:"class"`
	Train int    `json:"train"`
	Val   int    `json:"val"`
	Test  int    `json:"test"`
}

// All is the number of all images.
func (c Count) All() int { return c.Train + c.Val + c.Test }

// Size is that of a small image, in pixels.
type Size struct {
	Image  string `json:"image"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// Model is what looks at images beyond their pixels. The zero value is none.
type Model struct {
	*clip.Model
	Kept *kept.Folder // features on disk; may be nil
}

// Own looks at the images in opt.Data as training would open them: how many each
// class has, what cannot be read or is tiny, and what is the same or nearly so. With
// opt.Quick nothing is decoded, and only files of equal content are the same. With
// opt.Model it also lists labels and images that are doubtful.
func Own(ctx context.Context, opt Options) (*Photos, error) {
	ds, report, err := data.Open(ctx, data.FolderName, data.OpenOptions{Data: opt.Data})
	if err != nil {
		return nil, err
	}
	p := &Photos{Data: opt.Data, Tiny: []Size{}, Alike: []Alike{}, Outliers: []Outlier{}, Unreadable: []data.Problem{}, LeftOut: []data.Problem{}}
	step, end := opt.Progress("check " + ds.Name)
	all, err := look(ctx, photosOf(ds), opt.Quick, report, step)
	end()
	if err != nil {
		return nil, err
	}
	p.count(ds, all)
	p.Dataset = ds.Name
	p.Twins, p.Suspects = append([]rundir.Twins{}, twins(all)...), []rundir.Suspect{}
	for _, t := range p.Twins {
		if t.Leak() {
			p.Leaks++
		}
	}
	if opt.Model.Model != nil && len(all) > 0 {
		step, end := opt.Progress("encode " + ds.Name)
		err := p.see(ctx, opt.Model, ds, all, report, step)
		end()
		if err != nil {
			return nil, err
		}
	}
	for _, problem := range report.Problems() {
		if report.Unreadable(problem.Path) {
			p.Unreadable = append(p.Unreadable, problem)
		} else {
			p.LeftOut = append(p.LeftOut, problem)
		}
	}
	return p, nil
}

// count counts the images of each class, and lists the tiny ones.
func (p *Photos) count(ds *data.Dataset, all []photo) {
	p.Classes = make([]Count, len(ds.Classes))
	for k, name := range ds.Classes {
		p.Classes[k].Class = name
	}
	for _, im := range all {
		c := &p.Classes[im.Label]
		switch im.Split {
		case "train":
			c.Train++
		case "val":
			c.Val++
		default:
			c.Test++
		}
		if im.w > 0 && min(im.w, im.h) < tinySide {
			p.Tiny = append(p.Tiny, Size{im.Image, im.w, im.h})
		}
	}
}

// see adds what a model finds.
func (p *Photos) see(ctx context.Context, m Model, ds *data.Dataset, all []photo, report *data.Report, step func(done, total int)) error {
	load := train.NewLoader(m.Model, report)
	load.Keep(m.Kept, nil)
	s, err := see(ctx, m.Model, load, ds, all, step)
	if err != nil {
		return err
	}
	alike, err1 := s.alike()
	suspects, err2 := s.suspects()
	if err := errors.Join(err1, err2, m.Kept.Save()); err != nil {
		return err
	}
	p.Alike, p.Suspects, p.Outliers = append(p.Alike, alike...), append(p.Suspects, suspects...), append(p.Outliers, s.outliers()...)
	return nil
}

// few lists the classes with very few images.
func (p *Photos) few() (names []string) {
	for _, c := range p.Classes {
		if c.All() < fewImages {
			names = append(names, fmt.Sprintf("%s (%d)", c.Class, c.All()))
		}
	}
	return names
}

// extremes are the classes with the fewest and the most training images.
func (p *Photos) extremes() (least, most Count) {
	order := func(a, b Count) int { return a.Train - b.Train }
	return slices.MinFunc(p.Classes, order), slices.MaxFunc(p.Classes, order)
}
