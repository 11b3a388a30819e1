package adapter

import (
	"fmt"
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/nn"
)

// Stored are the tensors of a fitted head by their names in a checkpoint.
type Stored map[string]*autograd.Tensor

// newStored copies the tensors that a State listed.
func newStored(state []nn.Named) Stored {
	s := Stored{}
	for _, t := range state {
		s[t.Name] = autograd.Const(append([]float32(nil), t.Data...), t.Shape()...)
	}
	return s
}

// anyLength stands for a length that the head's other sizes do not tell.
const anyLength = -1

// tensor returns the tensor of a name, which must have the shape.
func (s Stored) tensor(name string, shape ...int) (*autograd.Tensor, error) {
	t, ok := s[name]
	if !ok {
		return nil, fmt.Errorf("tensor %q is missing: not a checkpoint of this method", name)
	}
	fits := len(t.Shape()) == len(shape)
	for i := range shape {
		fits = fits && (shape[i] == anyLength || t.Shape()[i] == shape[i])
	}
	if !fits {
		return nil, fmt.Errorf("tensor %q has shape %v, this model and these classes need %v: the checkpoint belongs to others", name, t.Shape(), shape)
	}
	return t, nil
}

// number returns a stored number.
func (s Stored) number(name string) (float32, error) {
	t, err := s.tensor(name, 1)
	if err != nil {
		return 0, err
	}
	return t.Item(), nil
}

// labels returns n stored labels of classes below classes.
func (s Stored) labels(n, classes int) ([]int, error) {
	t, err := s.tensor("labels", n)
	if err != nil {
		return nil, err
	}
	out := make([]int, n)
	for i, v := range t.Data {
		if out[i] = int(v); !(v >= 0 && v < float32(classes)) {
			return nil, fmt.Errorf("label %v is outside the %d classes: the checkpoint is damaged", v, classes)
		}
	}
	return out, nil
}

// labelTensor are labels as a checkpoint holds them.
func labelTensor(labels []int) nn.Named {
	data := make([]float32, len(labels))
	for i, y := range labels {
		data[i] = float32(y)
	}
	return nn.Named{Name: "labels", Tensor: autograd.Const(data, len(data))}
}

// shuffled gives each epoch an order of n rows that follows from the seed.
func shuffled(n int, seed uint64) func(epoch int) []int {
	return func(epoch int) []int { return rand.New(rand.NewPCG(seed, uint64(epoch))).Perm(n) }
}
