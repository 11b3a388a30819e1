package train

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
	"frontdoor/internal/safefile"
)

// open opens a dataset; report becomes that of a folder of images.
func (o *options) open(ctx context.Context, name string, m *clip.Model, report **data.Report) (*data.Dataset, error) {
	opt := data.OpenOptions{Data: o.data, Size: m.Config.Vision.Image, Orientation: o.turn}
	if o.kept != nil {
		opt.Verify = func(items []data.Item) []error { return o.kept.Verify(ctx, items) }
	}
	ds, r, err := data.Open(ctx, name, opt)
	if err == nil && name == data.FolderName {
		*report = r
	}
	return ds, err
}

// path is the folder that this process writes: that of the run, or that of the
// shard below it.
func (o *options) path() string {
	if o.shard.Whole() {
		return o.out
	}
	return filepath.Join(o.out, o.shard.Folder())
}

// defaultOut is where a run goes without -out: named after its dataset, one's own
// images after the folder or file that they are in, and the time.
func (o *options) defaultOut(ds *data.Dataset, now time.Time) string {
	name := o.dataset
	switch {
	case strings.Contains(name, ","):
		name = "sweep"
	case name == data.FolderName:
		name = safefile.Name(ds.Name)
	}
	return filepath.Join("runs", name+"-"+now.Format("20060102-150405"))
}

// folder makes the run folder, or takes hold of the one to resume.
func (o *options) folder(c *rundir.Config, ds *data.Dataset) (*rundir.Dir, error) {
	if o.out == "" {
		o.out = o.defaultOut(ds, time.Now())
	}
	old, err := rundir.ReadConfig(o.path())
	switch {
	case o.resume.on && err != nil:
		return nil, err
	case o.resume.on && old.Fingerprint != c.Fingerprint:
		return nil, fmt.Errorf("%s was begun with another model (fingerprint %s, this one is %s)", o.path(), old.Fingerprint, c.Fingerprint)
	case o.resume.on && old.Device != c.Device:
		return nil, fmt.Errorf("%s was begun on %s and would go on on %s, which rounds differently; resume it there, or start a new run with another -out", o.path(), orCPU(old.Device), orCPU(c.Device))
	case o.resume.on:
		if err := old.SameSplits(c.Splits, o.path()); err != nil {
			return nil, err
		}
		return rundir.Open(o.path())
	case !o.shard.Whole() && err == nil:
		// A job that is started again, by hand or by its scheduler, goes on.
		if what := old.Differs(c); what != "" {
			return nil, fmt.Errorf("%s belongs to another run: %s; choose another -out", o.path(), what)
		}
		return rundir.Open(o.path())
	case !o.shard.Whole() && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	if c.Sets()[0].Name == data.FolderName && within(o.path(), o.data) {
		return nil, cli.Usagef("the run folder %s would lie among the images of %s, and its figures with the images of the next run; choose another -out", o.path(), o.data)
	}
	dir, err := rundir.Create(o.path())
	if err != nil {
		return nil, err
	}
	return dir, dir.WriteJSON(rundir.ConfigFile, c)
}

// within says whether a path is that of a folder or leads into it.
func within(path, folder string) bool {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return false // an archive or a list
	}
	inner, err1 := filepath.Abs(path)
	outer, err2 := filepath.Abs(folder)
	if err1 != nil || err2 != nil {
		return false
	}
	rest, err := filepath.Rel(outer, inner)
	return err == nil && filepath.IsLocal(rest)
}

// begun returns the configuration of the run in the folder, which goes on or will
// be refused, or nil for a new one.
func (o *options) begun() *rundir.Config {
	if o.out == "" {
		return nil
	}
	c, err := rundir.ReadConfig(o.path())
	if err != nil {
		return nil // folder says what is wrong
	}
	return c
}

// orCPU names a device, of which the CPU's name is empty.
func orCPU(device string) string {
	if device == "" {
		return "the CPU"
	}
	return device
}
