package train

import (
	"errors"
	"slices"
	"strconv"

	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
)

// exifFlag is -exif, which may be left away ("", not "false"): then one's own
// photographs are turned as their EXIF orientation asks, and published ones are
// not.
type exifFlag string

func (f *exifFlag) String() string   { return string(*f) }
func (f *exifFlag) IsBoolFlag() bool { return true }

// Set takes "" as well, which is what config.json has where -exif was left away.
func (f *exifFlag) Set(text string) error {
	if text == "" {
		*f = ""
		return nil
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		return errors.New("want true or false")
	}
	*f = exifFlag(strconv.FormatBool(on))
	return nil
}

// orient decides whether the photographs of the datasets are turned, and notes
// it in the configuration, unless they are pictures of the world. A run that
// goes on keeps what it has; one of a version without the flag has nothing, and
// took the stored pixels.
func (o *options) orient(c *rundir.Config, names []string) error {
	begun := o.begun()
	switch {
	case begun != nil:
		if err := o.agreeExif(begun); err != nil {
			return err
		}
		c.Exif = begun.Exif
	case slices.ContainsFunc(names, isPhotographs):
		upright := names[0] == data.FolderName
		if o.exif != "" {
			upright = o.exif == "true"
		}
		c.Exif = &upright
	}
	o.turn = data.AllStored
	if c.Upright() {
		o.turn = data.AllUpright
	}
	return nil
}

// isPhotographs says whether a dataset is made of files. Unknown names are found
// where datasets are opened.
func isPhotographs(name string) bool {
	kind, err := data.KindOf(name)
	return err == nil && kind != data.Rendered
}

// agreeExif compares -exif with the run that goes on.
func (o *options) agreeExif(begun *rundir.Config) error {
	if o.exif != "" && (o.exif == "true") != begun.Upright() {
		return cli.Usagef("-exif=%s: the run in %s has -exif=%v; start a new one with another -out", o.exif, o.out, begun.Upright())
	}
	return nil
}
