package protocol

import (
	"context"
	"fmt"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/rundir"
)

// Data has the datasets of a run: the one that cells are trained on at the
// moment, and those that they are tested on. Memory holds one of the former.
type Data struct {
	Config  *rundir.Config
	Model   *clip.Model
	Dataset *data.Dataset // that is trained on at the moment
	// Open opens a dataset by its name. A run that needs no other dataset than
	// Dataset may leave it out.
	Open func(ctx context.Context, name string) (*data.Dataset, error)

	source  string // name of Dataset in the configuration
	targets map[string]*data.Dataset
}

// trainedHalf is the set of classes that a protocol trains on.
func trainedHalf(protocol string) data.Half {
	if protocol == "base2new" {
		return data.Base
	}
	return data.All
}

// TrainedClasses returns those of a dataset's classes that a protocol trains
// on, and the others.
func TrainedClasses(protocol string, classes []string) (trained, others []string) {
	if trainedHalf(protocol) == data.Base {
		return data.BaseNew(classes)
	}
	return classes, nil
}

// Half is the set of classes that the run trains on.
func (d *Data) Half() data.Half { return trainedHalf(d.Config.Protocol) }

// Source is the name of the dataset that is trained on at the moment, "" before
// the first.
func (d *Data) Source() string { return d.source }

// Use makes the cell's dataset the current one. It reports whether it was
// another one before.
func (d *Data) Use(ctx context.Context, cell rundir.Cell) (changed bool, err error) {
	if d.source == cell.Dataset && d.source != "" {
		return false, nil
	}
	if d.Open != nil && (d.Dataset == nil || len(d.Config.Sets()) > 1) {
		d.Dataset = nil
		ds, err := d.Open(ctx, cell.Dataset)
		if err != nil {
			return false, err
		}
		d.Dataset = ds
	}
	d.source, d.targets = cell.Dataset, nil
	return true, nil
}

// target opens a dataset to test on, once for all cells of a source. Of its
// images only those to test on are kept.
func (d *Data) target(ctx context.Context, name string) (*data.Dataset, error) {
	if ds := d.targets[name]; ds != nil {
		return ds, nil
	}
	ds, err := d.openTarget(ctx, name)
	if err != nil {
		return nil, err
	}
	if err := CheckClasses(d.Model, ds); err != nil {
		return nil, err
	}
	if d.targets == nil {
		d.targets = map[string]*data.Dataset{}
	}
	d.targets[name] = &data.Dataset{Name: ds.Name, Classes: ds.Classes, Template: ds.Template, Test: ds.Test}
	return d.targets[name], nil
}

func (d *Data) openTarget(ctx context.Context, name string) (*data.Dataset, error) {
	if items, ok := d.Dataset.ExtraSet(name); ok && d.Config.Protocol == "dg" {
		return &data.Dataset{Name: name, Classes: d.Dataset.Classes, Template: d.Dataset.Template, Test: items}, nil
	}
	if d.Open == nil {
		return nil, fmt.Errorf("dataset %s cannot be opened by this run", name)
	}
	return d.Open(ctx, name)
}
