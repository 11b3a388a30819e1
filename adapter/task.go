package adapter

import (
	"fmt"
	"math"

	"frontdoor/autograd"
)

// Task is a few-shot classification problem on cached features. The features
// are those that the towers return, before normalisation: several methods
// weigh an image or a class by the length of its feature.
type Task struct {
	// Views holds the training images' features, once for each cached
	// augmentation: R tensors of shape [B, D]. D is the joint width E, but for
	// ProLIP, which reads the image tower's features before its last projection.
	Views  []*autograd.Tensor
	Labels []int // B labels in [0, N)
	// Val [V, D] and ValLabels are the validation images, for methods that
	// choose something by them. They are never images of the test set.
	Val       *autograd.Tensor
	ValLabels []int
	Text      *autograd.Tensor // [N, E] class embeddings
	Proj      *autograd.Tensor // [D, E] the image tower's last projection; ProLIP alone reads it
	Scale     float32          // exp(logit scale): the factor of cosines in logits, 100 in published models
	// Names are those of the classes, for messages; nil if they have none.
	Names []string
}

// class names a class in a message.
func (t *Task) class(k int) string {
	if k < len(t.Names) {
		return fmt.Sprintf("class %q", t.Names[k])
	}
	return fmt.Sprintf("class %d", k)
}

// classes says whether there are any.
func (t *Task) classes() bool { return t != nil && t.Text != nil && t.Text.Rows() > 0 }

// needs is what a method asks of a task beyond views and text features.
type needs int

const (
	nothing    needs = iota
	validation       // images to choose something by
	projection       // views before the image tower's last projection, and that
)

// check says what is wrong with a task.
func (t *Task) check(method string, n needs) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("adapter: %s: %w", method, fmt.Errorf(format, args...))
	}
	switch {
	case !t.classes():
		return fail("there are no classes")
	case len(t.Views) == 0 || len(t.Labels) == 0:
		return fail("there are no training images")
	case n == validation && (t.Val == nil || len(t.ValLabels) == 0):
		return fail("it chooses its constants by validation images, and there are none")
	case n == projection && (t.Proj == nil || t.Proj.Cols() != t.Text.Cols()):
		return fail("there is no projection to the %d numbers of the text features", t.Text.Cols())
	}
	d := t.Text.Cols()
	if n == projection {
		d = t.Proj.Rows()
	}
	sets := append([]*autograd.Tensor{}, t.Views...)
	if t.Val != nil {
		sets = append(sets, t.Val)
	}
	for i, x := range sets {
		labels := t.Labels
		if i == len(t.Views) {
			labels = t.ValLabels
		}
		if x.Rows() != len(labels) || x.Cols() != d {
			return fail("features %v for %d labels, want [%d, %d]", x.Shape(), len(labels), len(labels), d)
		}
		for _, y := range labels {
			if y < 0 || y >= t.Text.Rows() {
				return fail("label %d is outside the %d classes", y, t.Text.Rows())
			}
		}
	}
	return nil
}

// perClass returns how many training images each class has.
func (t *Task) perClass() []int {
	n := make([]int, t.Text.Rows())
	for _, y := range t.Labels {
		n[y]++
	}
	return n
}

// everyClass is an error that names the first class without training images.
func (t *Task) everyClass(method string) error {
	for k, n := range t.perClass() {
		if n == 0 {
			return fmt.Errorf("adapter: %s: %s has no training image", method, t.class(k))
		}
	}
	return nil
}

// Unit returns the rows of x [R, D] divided by their lengths, as a constant.
func Unit(x *autograd.Tensor) *autograd.Tensor {
	out := autograd.Zeros(x.Rows(), x.Cols()) // [R, D]
	for i := range x.Rows() {
		src, dst := x.Row(i), out.Row(i)
		sum := 0.0
		for _, v := range src {
			sum += float64(v) * float64(v)
		}
		if sum == 0 {
			continue // a zero row stays zero
		}
		f := 1 / math.Sqrt(sum)
		for j, v := range src {
			dst[j] = float32(float64(v) * f)
		}
	}
	return out
}
