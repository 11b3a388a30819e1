package world

import (
	"bytes"
	"math"
	"slices"
	"testing"
)

func pictures(task *Task, n int, d Sampling) (list []Factors, classes []int) {
	r := newRand(21)
	for i := range n {
		classes = append(classes, i%task.N())
		list = append(list, task.Sample(r, i%task.N(), d))
	}
	return list, classes
}

func TestInterveneNothing(t *testing.T) {
	list, _ := pictures(tasks(t, 0)[0], 64, Sampling{Rho: .9, Domain: Downstream})
	for i, f := range list {
		g := Intervene(f, Downstream, 3)
		if g != f || !bytes.Equal(render(f, Photo), render(g, Photo)) {
			t.Fatalf("picture %d changed without a cause", i)
		}
	}
}

func TestInterveneChangesOnlyItsCause(t *testing.T) {
	list, _ := pictures(tasks(t, 0)[0], 64, Sampling{Rho: .9, Domain: Downstream})
	all := Causes()
	for _, f := range list {
		whole := Intervene(f, Downstream, 3, all...)
		undone := whole
		for i, c := range all {
			g := Intervene(f, Downstream, 3, c)
			if i >= Kinds && g == f {
				t.Errorf("%s stays when it is drawn again", c.Name)
			}
			if c.take(&g, &f); g != f {
				t.Fatalf("do(%s) changed something else:\n%+v\n%+v", c.Name, f, g)
			}
			c.take(&undone, &f)
		}
		if undone != f {
			t.Fatalf("the causes are not all that a picture depends on:\n%+v\n%+v", f, undone)
		}
		if Intervene(f, Downstream, 3, all...) != whole || Intervene(f, Downstream, 4, all...) == whole {
			t.Fatal("a redrawn picture is not a function of the seed")
		}
	}
}

func TestInterveneIsUniform(t *testing.T) {
	list, _ := pictures(tasks(t, 0)[0], 4000, Sampling{Rho: 1, Domain: Downstream})
	for k := range Kind(Kinds) {
		count := make([]float64, k.Count())
		for _, f := range list {
			count[Intervene(f, Downstream, 1, k.Cause()).Value(k)]++
		}
		want := float64(len(list)) / float64(k.Count())
		for v, n := range count {
			if math.Abs(n-want) > 5*math.Sqrt(want) {
				t.Errorf("%v: value %d drawn %v times, want about %v", k, v, n, want)
			}
		}
	}
}

func TestIrrelevantCauses(t *testing.T) {
	for _, task := range tasks(t, 0) {
		list := task.IrrelevantCauses()
		if len(list) != len(causes)-len(task.Relevant) {
			t.Errorf("%s: %d causes are irrelevant", task.Name, len(list))
		}
		for _, k := range task.Relevant {
			if slices.ContainsFunc(list, func(c Cause) bool { return c.Name == k.String() }) {
				t.Errorf("%s: %v is listed as irrelevant", task.Name, k)
			}
		}
	}
	for k := range Kind(Kinds) {
		if k.Cause().Name != k.String() {
			t.Errorf("the cause of %v is called %s", k, k.Cause().Name)
		}
	}
}

func TestReverse(t *testing.T) {
	for _, task := range tasks(t, 1) {
		list, classes := pictures(task, 4000, Sampling{Rho: TrainRho, Domain: Downstream})
		hits := map[Kind]float64{}
		for i, f := range list {
			g := task.Reverse(f, classes[i], TrainRho, 2)
			for _, k := range task.Irrelevant {
				if g.Value(k) == task.Value(task.previous(classes[i]), k) {
					hits[k]++
				}
				g = g.Do(k, f.Value(k))
			}
			if g != f {
				t.Fatalf("%s: reversing the correlation changed something else", task.Name)
			}
		}
		for _, k := range task.Irrelevant {
			want := TrainRho + (1-TrainRho)/float64(k.Count())
			if got := hits[k] / float64(len(list)); math.Abs(got-want) > .03 {
				t.Errorf("%s: the other class's %v in %.3f, want %.3f", task.Name, k, got, want)
			}
		}
	}
}
