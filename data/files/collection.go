package files

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/textfile"
)

// Labelled is an image, its class and what it is for.
type Labelled struct {
	Image
	Class int // index into Collection.Classes
	Split Split
}

// Class is a class of a collection.
type Class struct {
	// Key is what the data call the class: the name of its folder, a number, a
	// word in a list.
	Key string
	// Name is its name in words, if the data give one beside the key.
	Name string
	// Place is where its images lie, for messages.
	Place string

	number int // in data that number their classes
}

// Collection is what Open found.
type Collection struct {
	// Root is what was opened, as it was named.
	Root string
	// Classes are in the order of the data: folders and words are sorted, byte
	// by byte, and numbers by size.
	Classes []Class
	// Images are in order of classes, and sorted by name within one.
	Images []Labelled
	// Splits says that the images say what they are for, and Tests that there is a
	// place for those that are not trained on, even if it holds none.
	Splits, Tests bool
	// Left is what was left out; Notes is what one should know.
	Left  []Left
	Notes []string
	// NamesPath is where a file of class names lies or may be put, and
	// NamesText is its text, "" if there is none.
	NamesPath, NamesText string

	looks   map[string]int // classes by what their keys look like
	ordered bool           // classes have numbers of their own
}

// leave notes what is left out.
func (c *Collection) leave(place, reason string) { c.Left = append(c.Left, Left{place, reason, nil}) }

// note adds what one should know.
func (c *Collection) note(format string, args ...any) {
	c.Notes = append(c.Notes, fmt.Sprintf(format, args...))
}

// class returns the index of the class of a key, which is new if there is none
// that looks the same.
func (c *Collection) class(key, place string) int {
	look, _ := textfile.Clean(key)
	i, known := c.looks[look]
	if !known {
		if c.looks == nil {
			c.looks = map[string]int{}
		}
		i = len(c.Classes)
		c.looks[look] = i
		c.Classes = append(c.Classes, Class{Key: key, Place: place})
	}
	return i
}

// add adds the images of a class for one split.
func (c *Collection) add(class int, split Split, images []entry) {
	for _, im := range images {
		c.Images = append(c.Images, Labelled{im.Image, class, split})
	}
}

// finish puts the classes in order, and the images in order of their classes and
// by name within a class.
func (c *Collection) finish() {
	order := make([]int, len(c.Classes)) // the old index of each class
	numbers := make([]int, len(c.Classes))
	numeric := true
	for i, class := range c.Classes {
		order[i] = i
		n, err := strconv.Atoi(class.Key)
		numbers[i] = n
		numeric = numeric && err == nil
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case c.ordered:
			return c.Classes[a].number - c.Classes[b].number
		case numeric:
			return numbers[a] - numbers[b]
		}
		return strings.Compare(c.Classes[a].Key, c.Classes[b].Key)
	})
	classes, moved := make([]Class, len(order)), make([]int, len(order))
	for i, old := range order {
		classes[i], moved[old] = c.Classes[old], i
	}
	c.Classes, c.looks = classes, nil
	for i := range c.Images {
		c.Images[i].Class = moved[c.Images[i].Class]
	}
	slices.SortStableFunc(c.Images, func(a, b Labelled) int {
		if a.Class != b.Class {
			return a.Class - b.Class
		}
		return strings.Compare(a.Name(), b.Name())
	})
}

// some lists the first few of many.
func some(list []string) string {
	const most = 8
	if len(list) > most {
		return strings.Join(list[:most], ", ") + ", ..."
	}
	return strings.Join(list, ", ")
}
