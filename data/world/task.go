package world

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Task is a classification problem in the world. Some factors define the
// class, the others are irrelevant to it, and each class prefers one value of
// every irrelevant factor. The first half of the classes, Base of them, are
// meant for training, the others are the new classes.
type Task struct {
	// Name is one of TaskNames, with "@" and the number of the world behind it
	// unless that is 0.
	Name string
	// World is the number of the world, which was given as its seed.
	World uint64
	// Classes holds the N class names, such as "striped star".
	Classes []string
	// Relevant lists the factors that define a class, in the order in which the
	// class name mentions them; Irrelevant lists those that classes merely prefer.
	Relevant, Irrelevant []Kind

	values [][Kinds]int // [N, Kinds] defining values and preferred values
}

// recipe says how the classes of a task are composed: every value of the head
// factor with `each` values of the adjective factor.
type recipe struct {
	name       string
	head       Kind
	adjective  Kind
	each       int
	adjectives []int // which values the adjective may take; nil for a task without one
	irrelevant []Kind
}

var recipes = []recipe{
	// Ringed and shaded hardly show on thin shapes: texshape leaves them out.
	{"texshape", Shape, Texture, 2, []int{0, 1, 2, 3, 4, 5, 7, 9}, []Kind{Background, Colour}},
	{"coltex", Texture, Colour, 3, all(Colour), []Kind{Background, Shape}},
	{"shape", Shape, 0, 1, nil, []Kind{Background, Colour}},
	{"colshape", Shape, Colour, 2, all(Colour), []Kind{Background, Texture}},
}

func all(k Kind) []int {
	values := make([]int, k.Count())
	for i := range values {
		values[i] = i
	}
	return values
}

// TaskNames returns the names of the tasks, the default one first: texshape (32
// classes, "striped star"), coltex (30, "red dotted"), shape (16, "star") and
// colshape (32, "red star").
func TaskNames() []string {
	list := make([]string, len(recipes))
	for i, r := range recipes {
		list[i] = r.name
	}
	return list
}

// TaskByName returns the task of that name: "texshape" is in the world with
// seed 0, "texshape@7" in the one with seed 7. The error for an unknown name
// lists the valid ones.
func TaskByName(name string) (*Task, error) {
	plain, number, several := strings.Cut(name, "@")
	if !several {
		return newTask(name, 0)
	}
	seed, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("world: task %q: %q is not the number of a world (valid: %s@0, %[3]s@1, ...)", name, number, plain)
	}
	return newTask(plain, seed)
}

// newTask returns the task of that name in one of many worlds. The seed
// decides which adjective goes with which noun, the order of the classes, hence
// which are base and which are new, and what each class prefers. How things look
// and the pre-training distribution are the same in all worlds. The error for an
// unknown name lists the valid ones.
func newTask(name string, worldSeed uint64) (*Task, error) {
	for i, rc := range recipes {
		if rc.name == name {
			t := rc.build(rand.New(rand.NewPCG(worldSeed, uint64(i))))
			if t.World = worldSeed; worldSeed != 0 {
				t.Name = fmt.Sprintf("%s@%d", name, worldSeed)
			}
			return t, nil
		}
	}
	return nil, fmt.Errorf("world: unknown task %q (valid: %s; NAME@7 is NAME in world 7 of many)", name, strings.Join(TaskNames(), ", "))
}

// build composes the classes, shuffles them, and hands out the preferences.
func (rc *recipe) build(r *rand.Rand) *Task {
	t := &Task{Name: rc.name, Relevant: []Kind{rc.head}, Irrelevant: rc.irrelevant}
	if rc.adjectives != nil {
		t.Relevant = []Kind{rc.adjective, rc.head}
	}
	t.values = rc.compose(r)
	r.Shuffle(len(t.values), func(i, j int) { t.values[i], t.values[j] = t.values[j], t.values[i] })
	for _, k := range t.Irrelevant {
		t.prefer(k, 0, t.Base(), r)
		t.prefer(k, t.Base(), len(t.values), r)
	}
	for _, v := range t.values {
		words := make([]string, len(t.Relevant))
		for i, k := range t.Relevant {
			words[i] = k.Names()[v[k]]
		}
		t.Classes = append(t.Classes, strings.Join(words, " "))
	}
	return t
}

// compose pairs each head with its adjectives. Stepping through a shuffled
// list by 3 from head to head and by 7 within a head uses every adjective about
// equally often and never twice with the same head (for 8 or 10 adjectives).
func (rc *recipe) compose(r *rand.Rand) [][Kinds]int {
	adjectives := append([]int(nil), rc.adjectives...)
	r.Shuffle(len(adjectives), func(i, j int) { adjectives[i], adjectives[j] = adjectives[j], adjectives[i] })
	var list [][Kinds]int
	for head := range rc.head.Count() {
		for j := range rc.each {
			var v [Kinds]int
			v[rc.head] = head
			if n := len(adjectives); n > 0 {
				v[rc.adjective] = adjectives[(3*head+7*j)%n]
			}
			list = append(list, v)
		}
	}
	return list
}

// prefer gives each class in [lo, hi) a preferred value of k: values in a
// random order, over and over. So they are spread evenly within the half, and
// neighbours, the last and the first included, prefer different values.
func (t *Task) prefer(k Kind, lo, hi int, r *rand.Rand) {
	order := r.Perm(k.Count())
	for i := lo; i < hi; i++ {
		t.values[i][k] = order[(i-lo)%len(order)]
	}
}

// N returns the number of classes.
func (t *Task) N() int { return len(t.values) }

// Base returns the number of base classes, the larger half: classes [0, Base)
// are base, [Base, N) are new.
func (t *Task) Base() int { return (len(t.values) + 1) / 2 }

// Value returns the value of factor k in a class: the one that defines the class if
// k is relevant, the one that the class prefers if not. It panics if the
// class is outside [0, N).
func (t *Task) Value(class int, k Kind) int {
	t.check("Value", class)
	k.Names() // or panic
	return t.values[class][k]
}

// check panics, naming the operation, if there is no such class.
func (t *Task) check(op string, class int) {
	if class < 0 || class >= len(t.values) {
		panic(fmt.Sprintf("world.Task.%s: class %d outside [0, %d)", op, class, len(t.values)))
	}
}

// previous returns the class before, within the same half and cyclically.
func (t *Task) previous(class int) int {
	switch class {
	case 0:
		return t.Base() - 1
	case t.Base():
		return len(t.values) - 1
	}
	return class - 1
}
