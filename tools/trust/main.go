// Command trust measures what a promise is worth, for docs/trust.md: on the
// synthetic world it draws the images that calibrate 200 times, and counts how
// often the risk on the other images is what was promised, and how much is
// answered. Beside it stand conformal prediction (APS, RAPS) and thresholds of the
// probability without a bound. Features are computed once.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/eval"
	"frontdoor/eval/promise"
	"frontdoor/eval/train"
	"frontdoor/internal/term"
	"frontdoor/prompt"
)

func main() {
	task := flag.String("dataset", "texshape", "task of the world")
	name := flag.String("method", "cdc", "method")
	images := flag.Int("images", 150, "images of each class, calibration and test together")
	n := flag.Int("calibrate", 600, "images that calibrate")
	splits := flag.Int("splits", 200, "random splits")
	flag.Parse()
	if err := measure(context.Background(), *task, *name, *images, *n, *splits); err != nil {
		fmt.Fprintln(os.Stderr, "trust:", err)
		os.Exit(1)
	}
}

// answer is what was answered for an image.
type answer struct {
	prob        []float32 // [N]
	label       int
	right       bool
	top         float64 // the largest probability
	uncertainty float64
}

func measure(ctx context.Context, task, name string, images, n, splits int) error {
	known, strange, err := answers(ctx, task, name, images)
	if err != nil {
		return err
	}
	right := 0
	for _, a := range known {
		if a.right {
			right++
		}
	}
	fmt.Printf("%s on %s: %d images of the %d classes, %.1f%% right; %d strangers; %d of the images calibrate, %d splits\n\n",
		name, task, len(known), len(known[0].prob), 100*float64(right)/float64(len(known)), len(strange), n, splits)
	t := term.Table{Header: []string{"risk", "rule", "risk kept in", "mean risk", "coverage", "of the best in hindsight"},
		Align: []term.Align{term.Right, term.Left, term.Right, term.Right, term.Right, term.Right}}
	for _, risk := range []float64{0.1, 0.2} {
		for _, r := range rules {
			t.Rows = append(t.Rows, row(known, n, splits, risk, r))
		}
	}
	fmt.Println(t.String())
	unfamiliar(known, strange, n, splits)
	return nil
}

// answers trains the method on 16 images of each base class, and asks it about
// other images of these classes, and about those of the new classes.
func answers(ctx context.Context, name, method string, images int) (known, strange []answer, err error) {
	m, err := clip.Tiny()
	if err != nil {
		return nil, nil, err
	}
	task, err := world.TaskByName(name)
	if err != nil {
		return nil, nil, err
	}
	ds := data.World(task, data.WorldOptions{TestPerClass: images})
	base, novel := data.Subset(ds, data.Base), data.Subset(ds, data.New)
	l, err := eval.Train(ctx, m, base, method, 16, 1)
	if err != nil {
		return nil, nil, err
	}
	load := train.NewLoader(m, new(data.Report))
	load.KeepNoImages()
	ask := func(items []data.Item) (all []answer, err error) {
		for part := range load.Batches(items) {
			b, err := load.Extract(ctx, l, part)
			if err != nil {
				return nil, err
			}
			all = append(all, read(l.Classify(b.Features), b.Labels)...)
		}
		return all, nil
	}
	known, err1 := ask(base.Test)
	strange, err2 := ask(novel.Test)
	return known, strange, errors.Join(err1, err2)
}

// read takes the answers out of a prediction.
func read(p prompt.Prediction, labels []int) []answer {
	all := make([]answer, len(labels))
	for i, y := range labels {
		row := p.Prob.Row(i)
		best := prompt.Argmax(row)
		all[i] = answer{prob: row, label: y, right: best == y, top: float64(row[best]), uncertainty: float64(p.Uncertainty[i])}
	}
	return all
}

// row measures a rule at a risk over random splits.
func row(known []answer, n, splits int, risk float64, r rule) []string {
	kept := 0
	var risks, coverage, hindsight float64
	random := rand.New(rand.NewPCG(1, 1))
	for range splits {
		random.Shuffle(len(known), func(i, j int) { known[i], known[j] = known[j], known[i] })
		answered := r.accept(known[:n], known[n:], risk)
		wrong, given := 0, 0
		for i, a := range known[n:] {
			if answered[i] {
				given++
				if !a.right {
					wrong++
				}
			}
		}
		of := float64(wrong) / float64(max(given, 1))
		if of <= risk {
			kept++
		}
		risks += of / float64(splits)
		coverage += float64(given) / float64(len(known)-n) / float64(splits)
		hindsight += best(known[n:], risk) / float64(splits)
	}
	return []string{fmt.Sprintf("%.0f%%", 100*risk), r.name, fmt.Sprintf("%.1f%%", 100*float64(kept)/float64(splits)),
		fmt.Sprintf("%.1f%%", 100*risks), fmt.Sprintf("%.1f%%", 100*coverage), fmt.Sprintf("%.2f", coverage/hindsight)}
}

// unfamiliar measures the threshold of uncertainty.
func unfamiliar(known, strange []answer, n, splits int) {
	var alarms, missed float64
	random := rand.New(rand.NewPCG(2, 2))
	for range splits {
		random.Shuffle(len(known), func(i, j int) { known[i], known[j] = known[j], known[i] })
		random.Shuffle(len(strange), func(i, j int) { strange[i], strange[j] = strange[j], strange[i] })
		half := len(strange) / 2
		table, take := promise.Familiar(doubts(known[:n]), doubts(strange[:half]))
		for _, a := range known[n:] {
			if a.uncertainty > table[take].Threshold {
				alarms += 1 / float64(len(known)-n) / float64(splits)
			}
		}
		for _, a := range strange[half:] {
			if a.uncertainty <= table[take].Threshold {
				missed += 1 / float64(len(strange)-half) / float64(splits)
			}
		}
	}
	fmt.Printf("unfamiliar: %.1f%% of the images of the classes are called so, %.1f%% of the strangers are not\n", 100*alarms, 100*missed)
}

func doubts(all []answer) []float64 {
	u := make([]float64, len(all))
	for i, a := range all {
		u[i] = a.uncertainty
	}
	return u
}
