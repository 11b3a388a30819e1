package confusion

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdoor/eval/rundir"
)

func TestMatrix(t *testing.T) {
	var m Matrix
	for _, a := range [][2]string{{"cup", "cup"}, {"cup", "mug"}, {"cup", "mug"}, {"mug", "cup"}, {"fox", "fox"}, {"mug", "jar"}, {"jar", "jar"}} {
		m.Add(a[0], a[1])
	}
	m.Order([]string{"fox", "cup", "jar", "mug"})
	if got, want := fmt.Sprint(m.Classes, m.Images(), m.Mistakes(), m.Count("cup", "mug"), m.Count("cup", "cup"), m.Count("fox", "mug")), "[fox cup jar mug] 7 4 2 1 0"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	want := []Pair{{"cup", "mug", 2, 3}, {"mug", "cup", 1, 2}}
	if diff := cmp.Diff(want, m.Pairs(2)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := m.Worst(2); !slices.Equal(got, []string{"cup", "mug"}) {
		t.Errorf("the worst two are %v", got)
	}
	if got := m.Worst(9); len(got) != 4 {
		t.Errorf("of four classes %v", got)
	}
}

// predictions of two seeds: image i of a seed is right if i is even, with a
// confidence of i/10.
func predictions(yield func(*rundir.Prediction, error) bool) {
	for seed := range uint64(2) {
		for i := range 10 {
			p := &rundir.Prediction{Cell: rundir.Cell{Method: "cdc", Seed: seed, Shots: 4}, Dataset: "d", Test: "all", Image: fmt.Sprint(i), Label: "a", Predicted: []string{"a", "b"}[i%2]}
			p.Signals[rundir.MaxProbability] = float64(i) / 10
			if !yield(p, nil) {
				return
			}
		}
	}
}

// The answers of all seeds are counted; pictures are those of the first.
func TestCount(t *testing.T) {
	all, err := Count(predictions, 2)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	names := func(list []*rundir.Prediction) (out []string) {
		for _, p := range list {
			out = append(out, fmt.Sprint(p.Cell.Seed, p.Image))
		}
		return out
	}
	got := fmt.Sprint(all[0].Images(), all[0].Mistakes(), len(all[0].Seeds), names(all[0].Wrong), names(all[0].Unsure))
	if want := "20 10 2 [09 07] [00 02]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	broken := errors.New("broken")
	if _, err := Count(func(yield func(*rundir.Prediction, error) bool) { yield(nil, broken) }, 2); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}
