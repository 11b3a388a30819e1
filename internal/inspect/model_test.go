package inspect

import (
	"slices"
	"testing"

	"frontdoor/autograd"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/eval/train"
	"frontdoor/internal/evaltest"
)

// planted sees pictures of the world of four classes, the first of which is
// labelled as another one.
func planted(t *testing.T) *seen {
	t.Helper()
	d := evaltest.Data(t)
	task, err := world.TaskByName("colshape") // that the tiny model knows best
	if err != nil {
		t.Fatal(err)
	}
	ds := data.World(task, data.WorldOptions{TrainPerClass: 12, TestPerClass: 1})
	ds.Classes = ds.Classes[:4]
	ds.Test, ds.Train = nil, slices.DeleteFunc(ds.Train, func(it data.Item) bool { return it.Label > 3 })
	ds.Train[0].Label = 3
	s, err := see(t.Context(), d.Model, train.NewLoader(d.Model, new(data.Report)), ds, photosOf(ds), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The wrong label is found, with the class that the picture is of.
func TestSuspects(t *testing.T) {
	s := planted(t)
	found, err := s.suspects()
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 || len(found) > 8 {
		t.Fatalf("%d of %d labels are suspected", len(found), len(s.labels))
	}
	if first := found[0]; first.Image != s.photos[0].Image || first.Suggested != s.ds.Classes[0] || first.Class != s.ds.Classes[3] || first.Probability < first.LabelProbability {
		t.Errorf("the first suspect is %+v", first)
	}
}

// An image that lies far from the others of its class is an outlier, and one as
// far as the others are from each other is none.
func TestOutliers(t *testing.T) {
	s := &seen{ds: &data.Dataset{Classes: []string{"cup", "lamp"}}, features: autograd.Zeros(14, 3)}
	for i := range 14 {
		row := s.features.Row(i)
		row[0], row[1] = 1, float32(i%4)/10
		if i == 5 {
			row[0], row[2] = 0, 1
		}
		s.labels = append(s.labels, i/10) // the second class has four images, too few
		s.photos = append(s.photos, photo{})
		s.photos[i].Image = string(rune('a' + i))
	}
	s.features = autograd.Const((*autograd.Tape)(nil).L2Normalize(s.features, 0).Data, 14, 3)
	found := s.outliers()
	if len(found) != 1 || found[0].Image != "f" || found[0].Cosine > 0.3 || found[0].Median < 0.8 {
		t.Errorf("%+v", found)
	}
}

func TestMedian(t *testing.T) {
	if a, b := median([]float64{3, 1, 2}), median([]float64{4, 1, 3, 2}); a != 2 || b != 2 {
		t.Errorf("%v and %v, want 2", a, b)
	}
}
