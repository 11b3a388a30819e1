package world

import "fmt"

// Kind says which of the four named factors is meant.
type Kind int

// The four named factors, in the order in which a Factors value lists them.
const (
	Shape Kind = iota
	Texture
	Colour
	Background

	// Kinds is the number of named factors.
	Kinds = 4
)

// Names of the values of each factor. The index in the list is the value that
// Factors holds. The lists must not be modified.
var (
	// Shapes lists the 16 shapes.
	Shapes = []string{
		"circle", "square", "triangle", "diamond", "pentagon", "hexagon", "star", "cross",
		"ring", "heart", "crescent", "arrow", "ellipse", "bar", "drop", "hourglass",
	}
	// Textures lists the 10 textures. "hollow" draws the outline of a shape only.
	Textures = []string{
		"solid", "striped", "dotted", "checkered", "grid",
		"wavy", "ringed", "speckled", "shaded", "hollow",
	}
	// Colours lists the 10 colours.
	Colours = []string{
		"red", "orange", "yellow", "green", "cyan",
		"blue", "purple", "pink", "brown", "white",
	}
	// Backgrounds lists the 8 backgrounds.
	Backgrounds = []string{"night", "sky", "grass", "sand", "brick", "water", "snow", "paper"}
)

var names = [Kinds][]string{Shape: Shapes, Texture: Textures, Colour: Colours, Background: Backgrounds}

// String returns the name of the factor: "shape", "texture", "colour" or
// "background".
func (k Kind) String() string {
	switch k {
	case Shape:
		return "shape"
	case Texture:
		return "texture"
	case Colour:
		return "colour"
	case Background:
		return "background"
	}
	return fmt.Sprintf("Kind(%d)", int(k))
}

// Names returns the names of the values that the factor can take: Shapes for
// Shape, and so on. It panics if k is not one of the four kinds.
func (k Kind) Names() []string {
	if k < 0 || k >= Kinds {
		panic(fmt.Sprintf("world: no factor %v", k))
	}
	return names[k]
}

// Count returns the number of values that the factor can take. It panics if k is
// not one of the four kinds.
func (k Kind) Count() int { return len(k.Names()) }

// Factors is everything that a picture depends on. Equal factors give equal
// pictures. The zero value is valid, but its Scale of zero draws no object.
type Factors struct {
	// The named factors, as indices into Shapes, Textures, Colours and Backgrounds.
	Shape, Texture, Colour, Background int

	// CX and CY are the centre of the object; the picture spans -1..1, y downwards.
	CX, CY float32
	// Scale is the half width of the object, where the picture has half width 1.
	Scale float32
	// Rotation of the object and its texture, in radians.
	Rotation float32
	// Brightness is added to, and Contrast stretches around mid-grey, the whole picture.
	Brightness, Contrast float32
	// Noise is the standard deviation of the pixel noise (values span 0..1).
	Noise float32
	// TexFreq is the angular frequency and TexPhase the phase of the texture.
	TexFreq, TexPhase float32
	// TexContrast is the brightness of the texture's second colour relative to its first.
	TexContrast float32
	// BackPhase shifts the pattern of the background.
	BackPhase float32
	// Jitter scales the three channels of the object's colour by 1 + Jitter.
	Jitter [3]float32
	// Seed of the grain of backgrounds and textures and of the pixel noise.
	Seed uint64
}

// Value returns the value of one named factor.
func (f Factors) Value(k Kind) int {
	return *f.field(k)
}

// Name returns the name of the value of one named factor, such as "star". It panics
// if there is no such factor or value.
func (f Factors) Name(k Kind) string {
	names, v := k.Names(), f.Value(k)
	if v < 0 || v >= len(names) {
		panic(fmt.Sprintf("world: %v %d outside [0, %d)", k, v, len(names)))
	}
	return names[v]
}

// Do returns the same factors with one named factor set to value. It is the
// intervention do(k = value): everything else, noise included, stays. It
// panics if the factor cannot take the value.
func (f Factors) Do(k Kind, value int) Factors {
	if value < 0 || value >= k.Count() {
		panic(fmt.Sprintf("world.Do: %v %d outside [0, %d)", k, value, k.Count()))
	}
	*f.field(k) = value
	return f
}

// field returns the address of one named factor.
func (f *Factors) field(k Kind) *int {
	switch k {
	case Shape:
		return &f.Shape
	case Texture:
		return &f.Texture
	case Colour:
		return &f.Colour
	case Background:
		return &f.Background
	}
	panic(fmt.Sprintf("world: no factor %v", k))
}

// check panics, naming the operation, if a named factor is out of range.
func (f Factors) check(op string) {
	for k := range Kind(Kinds) {
		if v := f.Value(k); v < 0 || v >= k.Count() {
			panic(fmt.Sprintf("%s: %v %d outside [0, %d)", op, k, v, k.Count()))
		}
	}
}
