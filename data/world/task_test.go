package world

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func tasks(t *testing.T, seed uint64) []*Task {
	t.Helper()
	var list []*Task
	for _, name := range TaskNames() {
		task, err := newTask(name, seed)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, task)
	}
	return list
}

func TestTaskClasses(t *testing.T) {
	want := map[string]int{"texshape": 32, "coltex": 30, "shape": 16, "colshape": 32}
	for seed := range uint64(20) {
		for _, task := range tasks(t, seed) {
			classes := want[strings.Split(task.Name, "@")[0]]
			if task.N() != classes || len(task.Classes) != task.N() || 2*task.Base() != task.N() {
				t.Fatalf("%s has %d classes (%d names, %d base), want %d",
					task.Name, task.N(), len(task.Classes), task.Base(), classes)
			}
			sorted := slices.Sorted(slices.Values(task.Classes))
			if len(slices.Compact(sorted)) != task.N() {
				t.Errorf("%s, world %d: class names repeat: %v", task.Name, seed, task.Classes)
			}
			for class, name := range task.Classes {
				for i, word := range strings.Fields(name) {
					k := task.Relevant[i]
					if k.Names()[task.Value(class, k)] != word {
						t.Errorf("%s: class %q has %v %d", task.Name, name, k, task.Value(class, k))
					}
				}
			}
		}
	}
}

func TestPreferencesAreSpreadAndDifferFromTheNeighbours(t *testing.T) {
	for seed := range uint64(20) {
		for _, task := range tasks(t, seed) {
			for _, k := range task.Irrelevant {
				var count [2][16]int
				for class := range task.N() {
					v := task.Value(class, k)
					count[class/task.Base()][v]++
					if v == task.Value(task.previous(class), k) {
						t.Errorf("%s: class %d prefers the same %v as the one before", task.Name, class, k)
					}
				}
				for half := range count {
					used := count[half][:k.Count()]
					if slices.Max(used)-slices.Min(used) > 1 {
						t.Errorf("%s: %v preferences of half %d are uneven: %v", task.Name, k, half, used)
					}
				}
			}
		}
	}
}

func TestWorlds(t *testing.T) {
	a, b, c := tasks(t, 0), tasks(t, 0), tasks(t, 1)
	for i := range a {
		if !slices.Equal(a[i].values, b[i].values) {
			t.Errorf("%s: the same world twice differs", a[i].Name)
		}
		if slices.Equal(a[i].values, c[i].values) {
			t.Errorf("%s: worlds 0 and 1 are the same", a[i].Name)
		}
	}
	if d, err := TaskByName("texshape"); err != nil || !slices.Equal(d.values, a[0].values) {
		t.Errorf("TaskByName is not world 0 (%v)", err)
	}
	_, err := TaskByName("stripes")
	if err == nil || !strings.Contains(err.Error(), `"stripes" (valid: texshape, coltex, shape, colshape; `) {
		t.Errorf("unknown task: error %v does not list the valid ones", err)
	}
}

func TestTaskByNameInOtherWorlds(t *testing.T) {
	c := tasks(t, 7)[0]
	d, err := TaskByName("texshape@7")
	if err != nil || !slices.Equal(d.values, c.values) || d.Name != "texshape@7" || d.World != 7 {
		t.Errorf("texshape@7 is not the task in world 7: %+v, %v", d, err)
	}
	if zero, err := TaskByName("texshape@0"); err != nil || zero.Name != "texshape" {
		t.Errorf("texshape@0 is called %v, %v", zero, err)
	}
	for _, name := range []string{"texshape@", "texshape@-1", "texshape@one", "stripes@1", "@1"} {
		if _, err := TaskByName(name); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSampleFrequencies(t *testing.T) {
	const n = 4000
	for _, task := range tasks(t, 3) {
		for _, d := range []Sampling{{}, {Rho: .5}, {Rho: .9, Domain: Downstream}, {Rho: .9, Reverse: true}} {
			class, r := 3, newRand(8)
			source := class
			if d.Reverse {
				source--
			}
			hits := map[Kind]float64{}
			for range n {
				f := task.Sample(r, class, d)
				for _, k := range task.Relevant {
					if f.Value(k) != task.Value(class, k) {
						t.Fatalf("%s: %v of class %q is %s", task.Name, k, task.Classes[class], f.Name(k))
					}
				}
				for _, k := range task.Irrelevant {
					if f.Value(k) == task.Value(source, k) {
						hits[k]++
					}
				}
			}
			for _, k := range task.Irrelevant {
				want := d.Rho + (1-d.Rho)/float64(k.Count())
				if got := hits[k] / n; math.Abs(got-want) > .03 {
					t.Errorf("%s, %+v: preferred %v in %.3f, want %.3f", task.Name, d, k, got, want)
				}
			}
		}
	}
}

// TestPairedDraws checks that rho decides about irrelevant factors only: equal
// generators give pictures that agree in everything else.
func TestPairedDraws(t *testing.T) {
	task := tasks(t, 0)[0]
	a, b := newRand(9), newRand(9)
	for class := range task.N() {
		f := task.Sample(a, class, Sampling{Domain: Downstream})
		g := task.Sample(b, class, Sampling{Rho: 1, Domain: Downstream})
		for _, k := range task.Irrelevant {
			f = f.Do(k, task.Value(class, k))
		}
		if f != g {
			t.Fatalf("draws differ in more than the irrelevant factors:\n%+v\n%+v", f, g)
		}
	}
}

func TestNuisanceStaysInRange(t *testing.T) {
	r := newRand(10)
	for d := Pretrain; d <= V2; d++ {
		n := d.nuisance()
		for range 500 {
			f := n.sample(r)
			for _, c := range []struct {
				v float32
				a interval
			}{
				{f.CX, n.Position}, {f.CY, n.Position}, {f.Scale, n.Scale}, {f.Rotation, n.Rotation},
				{f.Brightness, n.Brightness}, {f.Contrast, n.Contrast}, {f.Noise, n.Noise},
				{f.TexFreq, n.TexFreq}, {f.TexContrast, n.TexContrast}, {f.Jitter[2], n.ColourJitter},
			} {
				if c.v < c.a.Lo || c.v > c.a.Hi {
					t.Fatalf("domain %d: %v outside %v", d, c.v, c.a)
				}
			}
		}
	}
}

func TestVariants(t *testing.T) {
	for _, task := range tasks(t, 0) {
		var names []string
		for _, v := range task.Variants() {
			names = append(names, v.Name)
		}
		want := "V2 Sketch Adversarial Rendition"
		if strings.HasPrefix(task.Name, "col") {
			want = "V2 Adversarial Rendition"
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s has variants %s, want %s", task.Name, got, want)
		}
	}
}

func TestSamplePanicsOnClass(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for class 32 of 32")
		}
	}()
	tasks(t, 0)[0].Sample(newRand(1), 32, Sampling{})
}
