package promise

import (
	"math"
	"math/rand/v2"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// binomial is the probability of k or fewer in n.
func binomial(k, n int, p float64) (sum float64) {
	for i := 0; i <= k; i++ {
		lc, _ := math.Lgamma(float64(n + 1))
		l1, _ := math.Lgamma(float64(i + 1))
		l2, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(lc - l1 - l2 + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return sum
}

// The bound is the p at which k or fewer have a probability of 5%; without a
// mistake it is 1 - 0.05^(1/n).
func TestUpper(t *testing.T) {
	for _, n := range []int{1, 29, 59, 500} {
		near(t, "no mistake", Upper(0, n), 1-math.Pow(0.05, 1/float64(n)), 1e-12)
	}
	for _, c := range [][2]int{{1, 10}, {2, 61}, {5, 100}, {40, 400}, {99, 100}} {
		near(t, "probability at the bound", binomial(c[0], c[1], Upper(c[0], c[1])), 0.05, 1e-9)
	}
	near(t, "1 of 10", Upper(1, 10), 0.394163, 1e-6) // tables: 1 of 10 is at most 39.4%
	if Upper(0, 0) != 1 || Upper(7, 7) != 1 {
		t.Error("nothing known, and nothing right: the bound is 1")
	}
	lo, hi := Interval(8, 10) // Clopper and Pearson's own example: 0.4439 to 0.9748
	near(t, "lower end", lo, 0.4439, 5e-5)
	near(t, "upper end", hi, 0.9748, 5e-5)
	if lo, hi := Interval(0, 4); lo != 0 || hi > 0.61 || hi < 0.6 {
		t.Errorf("0 of 4: %v to %v", lo, hi)
	}
}

func TestNeeded(t *testing.T) {
	for risk, want := range map[float64]int{0.05: 59, 0.1: 29, 0.01: 299, 0.2: 14, 0.5: 5} {
		if got := Needed(risk); got != want || Upper(0, want) > risk || Upper(0, want-1) <= risk {
			t.Errorf("%v needs %d answers, want %d", risk, got, want)
		}
	}
}

// 60 right answers carry 5%; a mistake among them does not, and the best promise
// is then another.
func TestChooseByHand(t *testing.T) {
	images := make([]Scored, 60)
	for i := range images {
		images[i] = Scored{0.9, true}
	}
	p := Choose(images, 0.05)
	if !p.Kept || p.Accepted != 60 || p.Mistakes != 0 || p.Threshold > 0.9 || p.Coverage() != 1 {
		t.Errorf("%+v", p)
	}
	near(t, "bound", p.Bound, 1-math.Pow(0.05, 1.0/60), 1e-12)
	images[7].Right = false
	if p := Choose(images, 0.05); !p.Kept || p.Risk != 0.08 || p.Mistakes != 1 { // 1 of 60: at most 7.7%
		t.Errorf("%+v", p)
	}
	images[7].Confidence = 0.3 // the unsure one is not answered
	if p := Choose(images, 0.05); !p.Kept || p.Accepted != 59 || p.Threshold <= 0.3 {
		t.Errorf("%+v", p)
	}
	if p := Choose(images[:12], 0.05); !p.Kept || p.Risk != 0.24 || p.Accepted != 11 { // 11 without a mistake: at most 23.8%
		t.Errorf("%+v", p)
	}
	if p := Choose(nil, 0.1); p.Kept || p.Bound != 1 {
		t.Errorf("%+v", p)
	}
	for i := range images {
		images[i].Right = false
	}
	if p := Choose(images, 0.05); p.Kept {
		t.Errorf("all wrong, and a promise: %+v", p)
	}
}

// Images whose risk is known: confidence c is wrong with probability 1 - c, of a
// uniform c. A promise of 20% fails in at most 5% of the draws, and answers
// nearly as many as the best threshold could.
func TestPromiseHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const draws, risk = 150, 0.2
	failed, covered := 0, 0.0
	for range draws {
		images := make([]Scored, 1500)
		for i := range images {
			c := r.Float64()
			images[i] = Scored{c, r.Float64() < c}
		}
		p := Choose(images, risk)
		if !p.Kept {
			continue
		}
		covered += 1 - p.Threshold
		if (1-p.Threshold)/2 > risk { // mean of 1 - c above the threshold
			failed++
		}
	}
	t.Logf("failed in %d of %d, coverage %.3f of the best %.3f", failed, draws, covered/draws, 2*risk)
	if failed > draws*9/100 { // 5% and two deviations
		t.Errorf("the promise fails in %d of %d draws", failed, draws)
	}
	if covered/draws < 0.75*2*risk {
		t.Errorf("coverage %v", covered/draws)
	}
}

// Few images promise the smallest risk that they can carry, and that holds as
// often: the risk was chosen by the same images.
func TestBestPossibleRiskHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const draws = 400
	for _, n := range []int{20, 50, 150} {
		failed, made, promised := 0, 0, 0.0
		for range draws {
			images := make([]Scored, n)
			for i := range images {
				c := r.Float64()
				images[i] = Scored{c, r.Float64() < c}
			}
			p := Choose(images, 0.02)
			if !p.Kept {
				continue
			}
			made++
			promised += p.Risk
			if (1-p.Threshold)/2 > p.Risk {
				failed++
			}
			if p.Bound > p.Risk {
				t.Fatalf("the bound is beyond the promise: %+v", p)
			}
		}
		t.Logf("%d images: %d promises, on the average of %.3f, %d of them wrong", n, made, promised/float64(made), failed)
		if failed > draws*7/100 || made < draws/3 { // 5% and two deviations
			t.Errorf("%d images: of %d promises %d are wrong", n, made, failed)
		}
	}
}

func TestFamiliar(t *testing.T) {
	known, strange := make([]float64, 100), make([]float64, 50)
	for i := range known {
		known[i] = float64(i) / 200 // 0 to 0.495
	}
	for i := range strange {
		strange[i] = 0.4575 + float64(i)/200 // 0.4575 to 0.7025
	}
	table, take := Familiar(known, strange)
	// With 10 false alarms the threshold is 0.445, below every stranger; with 5 it
	// is 0.47, which lets 3 of 50 pass: 0.05 + 0.06 is more than 0.1 + 0.
	if got := table[take]; got.FalseAlarms != 10 || got.Misses != 0 || got.Threshold != known[89] {
		t.Errorf("%+v", got)
	}
	if got := table[2]; got.FalseAlarms != 5 || got.Misses != 3 || got.FalseAlarmRate() != 0.05 || got.MissRate() != 0.06 {
		t.Errorf("%+v", got)
	}
	if table, take := Familiar(known, nil); table[take].FalseAlarms != 5 {
		t.Errorf("without strangers %+v", table[take])
	}
	if table, take := Familiar(nil, strange); table[take].Threshold != 1 {
		t.Errorf("without images of the classes %+v", table[take])
	}
}
