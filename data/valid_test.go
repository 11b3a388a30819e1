package data

import (
	"strings"
	"testing"
)

func TestCheckOfHandMadeDatasets(t *testing.T) {
	good := func() *Dataset {
		return &Dataset{
			Name: "mine", Classes: []string{"cup", "lamp"}, Template: DefaultTemplate,
			Train: []Item{{File("a"), 0}, {File("b"), 1}}, Test: []Item{{File("c"), 1}},
		}
	}
	if err := good().Check(); err != nil {
		t.Fatal(err)
	}
	twice := good()
	twice.Train, twice.Other = append(twice.Train, twice.Train[0]), []Item{{File("d"), -1}}
	if err := twice.Check(); err != nil { // an image may count twice
		t.Error(err)
	}
	for want, spoil := range map[string]func(*Dataset){
		"has no name":                    func(d *Dataset) { d.Name = "" },
		"at least two":                   func(d *Dataset) { d.Classes, d.Train, d.Test = d.Classes[:1], d.Train[:1], d.Train[:1] },
		`"cup" is without a name or`:     func(d *Dataset) { d.Classes[1] = "cup" },
		`"" is without a name or`:        func(d *Dataset) { d.Classes[1] = "" },
		"lacks the place {}":             func(d *Dataset) { d.Template = "a photo" },
		"image 1 of train has no":        func(d *Dataset) { d.Train[1].Source = nil },
		"image 0 of test has the label":  func(d *Dataset) { d.Test[0].Label = 2 },
		"image 0 of val has the label":   func(d *Dataset) { d.Val = []Item{{File("d"), -1}} },
		`no image of "cup" to train on`:  func(d *Dataset) { d.Train[0].Label = 1 },
		"no image to test on":            func(d *Dataset) { d.Test = nil },
		"or is not UTF-8":                func(d *Dataset) { d.Template = "{} \xff" },
		"image 0 of other has no":        func(d *Dataset) { d.Other = []Item{{nil, -1}} },
		`of the test set "x" has the la`: func(d *Dataset) { d.Extra = []TestSet{{Name: "x", Items: []Item{{File("e"), 2}}}} },
		`has the name "a" of another`:    func(d *Dataset) { d.Test[0].Source = Upright("a") },
		`has the name "made" of anoth`:   func(d *Dataset) { d.Train[0].Source, d.Train[1].Source = made(nil), made(nil) },
	} {
		d := good()
		if spoil(d); d.Check() == nil || !strings.Contains(d.Check().Error(), want) {
			t.Errorf("%v, want %q", d.Check(), want)
		}
	}
	if (&Dataset{}).Check() == nil {
		t.Error("an empty dataset passes")
	}
}
