package main

import (
	"strconv"

	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
)

// exifFlag is -exif, which may be left away: then one's own photographs are
// turned as their EXIF orientation asks, and published ones are not.
type exifFlag string

func (f *exifFlag) String() string   { return string(*f) }
func (f *exifFlag) IsBoolFlag() bool { return true }
func (f *exifFlag) Set(text string) error {
	on, err := strconv.ParseBool(text)
	*f = "false"
	if on {
		*f = "true"
	}
	return err
}

// exif decides whether the photographs of datasets of a kind are turned, and
// what the configuration says of it: nothing where the run folder is one of an
// older version, which took the stored pixels and goes on so.
func (o *options) exif(kind data.Kind) (*bool, data.Orientation) {
	upright := kind == data.Own
	if o.turn != "" {
		upright = o.turn == "true"
	}
	if o.out != "" && o.turn != "true" {
		if old, err := rundir.ReadConfig(o.path()); err == nil && old.Exif == nil {
			return nil, data.AllStored
		}
	}
	if upright {
		return &upright, data.AllUpright
	}
	return &upright, data.AllStored
}

// agreeExif compares -exif with the run that is resumed, and takes its choice.
func (o *options) agreeExif(c *rundir.Config) error {
	if o.turn != "" && (o.turn == "true") != c.Upright() {
		return cli.Usagef("-exif=%s: the run in %s has -exif=%v; start a new one with another -out", o.turn, o.out, c.Upright())
	}
	o.turn = "false"
	if c.Upright() {
		o.turn = "true"
	}
	return nil
}
