package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"

	"frontdoor/internal/setting"
	"frontdoor/method"
)

// Config is everything needed to repeat a run, as config.json holds it.
type Config struct {
	Version    string `json:"version"`
	Model      string `json:"model"`                // "tiny" or the path of a file
	Vocabulary string `json:"vocabulary,omitempty"` // its file, if it was named
	// ModelDigest is the SHA-256 of the model's file in a folder that was saved to
	// be moved: Model and Vocabulary are then relative to the folder.
	ModelDigest string `json:"model_digest,omitempty"`
	Fingerprint string `json:"fingerprint"`        // of the model
	Backbone    string `json:"backbone,omitempty"` // the image tower, as papers name it
	Dataset     string `json:"dataset"`            // a task of the world, a published dataset, or "folder"
	Data        string `json:"data,omitempty"`
	// Exif says whether photographs are turned as their EXIF orientation asks.
	// Runs of older versions do not have it: they took the stored pixels.
	Exif     *bool  `json:"exif,omitempty"`
	Protocol string `json:"protocol"`
	// EveryImage says that epochs leave out no image, as they do where it is one's
	// own images that are trained on; see method.Settings.
	EveryImage bool     `json:"every_image,omitempty"`
	Methods    []string `json:"methods"`
	Seeds      []uint64 `json:"seeds"`
	Shots      int      `json:"shots"`

	// A run over several datasets, shots or numbers of templates lists them here;
	// then Dataset, Classes and Template are empty, and Shots is the first.
	Datasets      []Set `json:"datasets,omitempty"`
	ShotsList     []int `json:"shots_list,omitempty"`
	TemplatesList []int `json:"templates_list,omitempty"`
	// Targets are the datasets that protocols xd and dg test on; those of the
	// world follow from the task.
	Targets []string `json:"targets,omitempty"`

	Curve    bool                       `json:"curve,omitempty"` // test after every epoch
	Settings map[string]method.Settings `json:"settings"`        // by method, and by cell where they differ; see For
	Study    bool                       `json:"study,omitempty"` // measure causes, trust and templates as well
	Load     string                     `json:"load,omitempty"`  // checkpoint of the published code, to test instead of training
	Classes  []string                   `json:"classes"`
	Splits   map[string]string          `json:"splits,omitempty"` // fingerprint of each dataset's lists, by its name
	Template string                     `json:"template"`
	// Captions are those of a classifier that was saved without a training, with {}
	// for the name of a class; the features of several are averaged.
	Captions []string          `json:"captions,omitempty"`
	Command  string            `json:"command"` // what repeats the run
	Flags    map[string]string `json:"flags"`   // the command line in full
	// Memory says by Cell.Kind how steps save memory, where it is short.
	Memory map[string]Memory `json:"memory,omitempty"`
	Kernel string            `json:"kernel"` // arithmetic kernels in use, as far as they round differently; see simd.Rounding
	// Device is the GPU that runs the towers, with its driver; none for the CPU.
	Device string `json:"device,omitempty"`
}

// UnmarshalJSON reads config.json, that of version 0.1.0 as well, which had
// another name for Memory.
func (c *Config) UnmarshalJSON(text []byte) error {
	type fields Config
	var all struct {
		*fields
		Thrift map[string]Memory `json:"thrift"`
	}
	all.fields = (*fields)(c)
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	if c.Memory == nil {
		c.Memory = all.Thrift
	}
	return nil
}

// Upright says whether the run turns photographs as their EXIF orientation asks.
func (c *Config) Upright() bool { return c.Exif != nil && *c.Exif }

// ErrNoRun is wrapped by the error of ReadConfig for a folder without a run.
var ErrNoRun = errors.New("no run is there")

// ReadConfig reads the configuration of a run folder, and refuses one that no
// run has: its methods, datasets, classes and seeds are there.
func ReadConfig(dir string) (*Config, error) {
	c := &Config{}
	err := ReadJSON(dir, ConfigFile, c)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, noRun{err}
	}
	if err != nil {
		return nil, err
	}
	if err := c.Check(); err != nil {
		return nil, fmt.Errorf("%s is damaged or of another version: %w", filepath.Join(dir, ConfigFile), err)
	}
	return c, nil
}

// noRun is an error that is ErrNoRun besides.
type noRun struct{ error }

func (e noRun) Is(target error) bool { return target == ErrNoRun }
func (e noRun) Unwrap() error        { return e.error }

// ErrModelChanged is wrapped by the error of a model that is not the one that a
// run was trained with.
var ErrModelChanged = errors.New("trained with another model")

// CheckModel returns an error unless a model with this fingerprint is the one of
// the run in the folder dir.
func (c *Config) CheckModel(dir, fingerprint string) error {
	return sameModel(dir, c.Fingerprint, fingerprint)
}

// sameModel compares the fingerprint of a model with what a file or a folder says.
func sameModel(path, said, have string) error {
	if said == have {
		return nil
	}
	return setting.Errorf("%s was %w (fingerprint %.40s, this one is %s): give the {model} of the run", path, ErrModelChanged, said, have)
}
