package method

import (
	"fmt"
	"slices"
	"strings"

	"frontdoor/clip"
	"frontdoor/prompt"
)

// Method is a way to adapt CLIP to classes. Fields that do not apply to a
// method are zero.
type Method struct {
	Name string // on command lines and in run folders; never changes
	// Aliases are other names on command lines.
	Aliases []string
	Title   string // as it was published, for figures and tables
	// Group is the word of -method that stands for the method together with its
	// kind, [GroupAll] or [GroupAblations]; "" for a method that has to be named.
	Group string
	// Of is the method that this one is a variant of, and What says in words
	// what it changes.
	Of   *Method
	What string
	// Proposed says that the method is what the others are compared with: tables
	// show how much it and its variants gain over the best of the rest.
	Proposed bool
	// Style is the place of the method in the order of figure styles, from 1;
	// methods without one come behind those, in the order of All.
	Style int

	// Published are the settings for ViT-B/16 and its kind, Small those for the
	// tiny model.
	Published, Small Settings
	// Trains says what is read of training images.
	Trains Source
	// Coupled says that each of Settings.Depth prompts goes through both towers,
	// so that neither may have fewer blocks.
	Coupled bool
	// Adjust changes the published settings for an experiment; they are those of
	// base-to-new on 16 images a class.
	Adjust func(s *Settings, e Experiment)
	// Options takes from what the user asked for what is more than a number, and
	// completes the settings.
	Options func(s *Settings, asked Settings)
	// Check returns an error if the method cannot do an experiment.
	Check func(s Settings, e Experiment) error
	// New returns an untrained learner. template is the hand-crafted template of
	// the dataset, "a photo of a {}.".
	New func(m *clip.Model, template string, s Settings, seed uint64) (prompt.Learner, error)

	// StandsIn marks the head that answers in the place of others where they would
	// have to be trained many times.
	StandsIn bool

	Original *Original // the published code; nil if there is none
	Reported *Reported // results that were printed; nil if there are none
}

// Source says what a training reads of its images.
type Source int

// What trainings read.
const (
	Nothing  Source = iota // no training image: the method is used as it is
	Features               // unit features [B, E] of the frozen image tower, which can be kept
	Images                 // images [B, 3, S, S], since something in the image tower is trained
	Views                  // pooled features [B, D] of a few crops of each image, all at once: a prompt.Fitted
)

// Experiment is what a method is trained for.
type Experiment struct {
	Protocol string // base2new, fewshot, xd, dg or all
	Dataset  string
	Shots    int // training images of a class
	// EveryImage asks for epochs without left-out images; see Settings.
	EveryImage bool
}

// Transfer says that other datasets are tested than the one trained on.
func (e Experiment) Transfer() bool { return e.Protocol == "xd" || e.Protocol == "dg" }

// Trained says that the method has something to train.
func (m *Method) Trained() bool { return m.Trains != Nothing }

// Baseline says that the method is neither proposed nor a variant of one that
// is.
func (m *Method) Baseline() bool { return !m.Proposed && (m.Of == nil || !m.Of.Proposed) }

// Words of -method that stand for several methods.
const (
	GroupAll       = "all"       // what a user would choose from
	GroupAblations = "ablations" // a method and the variants that take it apart
)

// StandIn returns the head that is fitted in the place of methods which take long
// to train.
func StandIn() *Method {
	return All[slices.IndexFunc(All, func(m *Method) bool { return m.StandsIn })]
}

// Proposed returns the first method that the others are compared with.
func Proposed() *Method {
	return All[slices.IndexFunc(All, func(m *Method) bool { return m.Proposed })]
}

// Find returns the method of that name or alias, or nil.
func Find(name string) *Method {
	called := func(m *Method) bool { return m.Name == name || slices.Contains(m.Aliases, name) }
	if i := slices.IndexFunc(All, called); i >= 0 {
		return All[i]
	}
	return nil
}

// ByName returns the method of that name or alias, or an error that lists the valid
// ones.
func ByName(name string) (*Method, error) {
	if m := Find(name); m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("unknown method %q: choose from %s, or %s; %s stands for all of %s", name,
		strings.Join(Names(GroupAll), ", "), GroupAll, GroupAblations, strings.Join(others(), ", "))
}

// others lists the methods that GroupAll does not stand for, and those that
// they are variants of.
func others() []string {
	var names []string
	for _, m := range All {
		if m.Group != GroupAll {
			names = append(names, m.Name)
		}
	}
	return names
}

// Names lists what a word stands for, in the order of All: the methods of a
// group, led by what they are variants of.
func Names(group string) []string {
	var names []string
	for _, m := range All {
		if m.Group != group {
			continue
		}
		if m.Of != nil && m.Of.Group != group && !slices.Contains(names, m.Of.Name) {
			names = append(names, m.Of.Name)
		}
		names = append(names, m.Name)
	}
	return names
}

// Split returns the names in a list such as "maple,cdc", in which the words of
// groups stand for all of their methods. An unknown method is an error, and so
// is one that is named twice.
func Split(list string) ([]string, error) {
	var names []string
	for _, name := range strings.Split(list, ",") {
		switch name = strings.TrimSpace(name); name {
		case "":
		case GroupAll, GroupAblations:
			names = append(names, Names(name)...)
		default:
			if m := Find(name); m != nil {
				name = m.Name // of an alias
			}
			names = append(names, name)
		}
	}
	return names, CheckNames(names)
}

// CheckNames returns an error if a method is unknown or named twice.
func CheckNames(names []string) error {
	for i, name := range names {
		if _, err := ByName(name); err != nil {
			return err
		}
		if slices.Contains(names[:i], name) {
			return fmt.Errorf("method %q is named twice", name)
		}
	}
	return nil
}
