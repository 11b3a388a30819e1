package golden

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// File is a file of golden values that a script in tools/golden wrote: what
// the script ran on, and what PyTorch computed.
type File struct {
	MadeBy string           `json:"made_by"`
	Torch  string           `json:"torch"`            // version
	Pillow string           `json:"pillow,omitempty"` // version, where it was used
	Values map[string]Value `json:"values"`

	// Where a model ran:

	Config   json.RawMessage    `json:"config"` // sizes, as clip.Config
	Merges   []string           `json:"merges"` // of the tokenizer
	Template string             `json:"template"`
	Names    []string           `json:"names"`   // of the classes
	Prompts  map[string][][]int `json:"prompts"` // phrase to the ids of each class
	Labels   []int              `json:"labels"`
	Factor   float64            `json:"factor"` // of the weights; 0 stands for CLIPFactor

	// Where prompts were learned:

	Tokens   int     `json:"tokens"` // learned tokens at each depth
	Depth    int     `json:"depth"`
	Rate     float32 `json:"rate"`
	KL       float32 `json:"kl"`
	Progress float64 `json:"progress"`

	path    string
	checked map[string]bool
	bits    map[string]uint64 // a hash of what was compared, by name
}

// Value is one tensor that PyTorch computed in float64.
type Value struct {
	Shape []int `json:"shape"`
	// Stride is how many elements apart those in Data are: 1 if all are there.
	Stride int       `json:"stride"`
	Data   []float64 `json:"data"`
	Norm   float64   `json:"norm"` // L2 norm of all elements
	// Float32Error is the largest difference between PyTorch's float32 and its
	// float64: not a tolerance, but something to compare one's own error with.
	Float32Error float64 `json:"f32_error"`
	// Float32 is PyTorch's float32 minus its float64, for each element of Data.
	Float32 []float64 `json:"f32"`
}

// Read reads a file of golden values. It fails the test when that is
// impossible.
func Read(t testing.TB, path string) *File {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; tools/golden/make.py writes it", err)
	}
	f := &File{path: path, checked: map[string]bool{}, bits: map[string]uint64{}}
	if err := json.Unmarshal(text, f); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return f
}

// Unchecked returns the names with a prefix that no Check has asked for, in
// order: a test that ends with some of them has forgotten something.
func (f *File) Unchecked(prefix string) []string {
	var names []string
	for name := range f.Values {
		if strings.HasPrefix(name, prefix) && !f.checked[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
