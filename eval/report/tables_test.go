package report

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/internal/safefile"
	"frontdoor/method"
)

func markdown(t *testing.T, g Grid) string {
	t.Helper()
	var b bytes.Buffer
	if err := g.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// cells returns the line of a Markdown table that has all the words, without
// blanks.
func line(t *testing.T, text string, words ...string) string {
	t.Helper()
next:
	for l := range strings.SplitSeq(text, "\n") {
		for _, w := range words {
			if !strings.Contains(l, w) {
				continue next
			}
		}
		return strings.ReplaceAll(l, " ", "")
	}
	t.Errorf("no line with %q in\n%s", words, text)
	return ""
}

func baseNewRows() []rundir.Row {
	var rows []rundir.Row
	for _, d := range []string{"caltech101", "dtd"} {
		rows = append(rows,
			resultRow("zeroshot", d, 1, 60, 60), resultRow("zeroshot", d, 2, 60, 60),
			resultRow("maple", d, 1, 80, 60), resultRow("maple", d, 2, 70, 50),
			resultRow("cdc", d, 1, 80, 70), resultRow("cdc", d, 2, 80, 60))
	}
	for i := range rows {
		rows[i].Shots = 16
	}
	return rows
}

func TestBaseToNew(t *testing.T) {
	text := markdown(t, BaseToNew(baseNewRows(), "ViT-B/16"))
	// HM of 80 and 65 is 71.72; MaPLe's of 75 and 55 is 63.46. By seeds: 74.67
	// - 68.57 = 6.10 and 68.57 - 58.33 = 10.24, deviation 2.93.
	if got, want := line(t, text, "Caltech101"), "|Caltech101|zero-shotCLIP|2|60.00±0.00|60.00±0.00|60.00±0.00|-||"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := line(t, text, "| CDC "), "||CDC|2|**80.00±0.00**|**65.00±7.07**|**71.72±4.31**|+8.26±2.93|MaPLe|"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := line(t, text, "CoCoOp (published)", "93.81"), "||CoCoOp(published)|3|97.96|93.81|95.84|-||"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := line(t, text, "average"), "|average|zero-shotCLIP|2|60.00±0.00|60.00±0.00|60.00±0.00|-||"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if strings.Contains(text, "74.22") {
		t.Error("the published average over eleven datasets stands beside one over two")
	}
	if !strings.Contains(text, "arXiv 2210.03117") {
		t.Error("the source of the published numbers is not named")
	}
	for name, g := range map[string]Grid{
		"the tiny model":  BaseToNew(baseNewRows(), "ViT width 128, 4 blocks, patch 12, image 48"),
		"an old run":      BaseToNew(baseNewRows(), ""),
		"ViT-L":           BaseToNew(baseNewRows(), "ViT-L/14"),
		"a world's tasks": BaseToNew([]rundir.Row{resultRow("cdc", "texshape", 1, 80, 70)}, "ViT-B/16"),
	} {
		if strings.Contains(markdown(t, g), "ublished") {
			t.Errorf("published numbers beside %s", name)
		}
	}
}

// The spread of the average is that of the seeds' averages, in which datasets
// that vary against each other cancel out.
func TestSpreadOfTheAverage(t *testing.T) {
	rows := []rundir.Row{
		resultRow("maple", "a", 1, 60, 50), resultRow("maple", "a", 2, 70, 50), resultRow("maple", "b", 1, 80, 70), resultRow("maple", "b", 2, 70, 70),
		resultRow("cdc", "a", 1, 80, 70), resultRow("cdc", "a", 2, 80, 50), resultRow("cdc", "b", 1, 80, 70), resultRow("cdc", "b", 2, 80, 70),
	}
	text := markdown(t, BaseToNew(rows, ""))
	// HM of 70 and 60 is 64.62 in both seeds; of 80 and 65 it is 71.72, by
	// seeds of 80 and 70 it is 74.67, of 80 and 60 it is 68.57.
	if got, want := line(t, text, "| average"), "|average|MaPLe|2|70.00±0.00|60.00±0.00|64.62±0.00|-||"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if want := "||CDC|2|**80.00±0.00**|**65.00±7.07**|**71.72±4.31**|+7.11±4.31|MaPLe|"; !strings.Contains(strings.ReplaceAll(text, " ", ""), want) {
		t.Errorf("no line %s in\n%s", want, text)
	}
}

func TestAllClasses(t *testing.T) {
	var rows []rundir.Row
	for method, acc := range map[string]float64{"maple": 50, "cdc": 55} {
		for seed := range uint64(2) {
			for i, d := range []string{"a", "b"} {
				rows = append(rows, rundir.Row{Method: method, Dataset: d, Protocol: "all", Shots: 8, Seed: seed,
					Accuracy: rundir.Value(acc + float64(10*i) + acc/5*float64(seed)), MacroF1: rundir.Value(40)})
			}
		}
	}
	slices.SortFunc(rows, func(a, b rundir.Row) int { return strings.Compare(b.Method, a.Method) })
	text := markdown(t, Tables(rows, "")[0])
	// MaPLe has 50 and 60, CDC 55 and 66: 5.5 more on average, by seeds 5 and 6.
	if got, want := line(t, text, "| b ", "MaPLe"), "|b|MaPLe|2|65.00±7.07|**40.00±0.00**|-||"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, want := range []string{"||CDC|2|**60.50±7.78**|**40.00±0.00**|+5.50±0.71|MaPLe|", "||CDC|2|**65.50±7.78**|**40.00±0.00**|+5.50±0.71|MaPLe|"} {
		if !strings.Contains(strings.ReplaceAll(text, " ", ""), want) {
			t.Errorf("no line %s in\n%s", want, text)
		}
	}
}

// In a sweep over the number of templates, CDC with any of them is ours.
func TestSweepOverTemplates(t *testing.T) {
	rows := []rundir.Row{resultRow("maple", "a", 1, 60, 60), resultRow("cdc", "a", 1, 62, 62), resultRow("cdc", "a", 1, 64, 64)}
	rows[1].M, rows[2].M = 2, 4
	text := markdown(t, Tables(rows, "")[0])
	if got, want := line(t, text, "CDC, M=2"), "||CDC,M=2|1|62.00|62.00|62.00|+2.00|MaPLe|"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPublishedAverageBesideAllEleven(t *testing.T) {
	var rows []rundir.Row
	for _, d := range method.ReportedDatasets {
		r := resultRow("cdc", d, 1, 80, 70)
		r.Shots = 16
		rows = append(rows, r)
	}
	text := markdown(t, BaseToNew(rows, "ViT-B/16"))
	if got, want := line(t, text, "IVLP (published)"), "||IVLP(published)|3|82.15|74.07|77.90|"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestFewShot(t *testing.T) {
	var rows []rundir.Row
	for _, d := range []string{"a", "b"} {
		for seed, add := range []float64{0, 2} {
			for _, shots := range []int{4, 1} {
				for method, acc := range map[string]float64{"maple": 50, "cdc": 55} {
					rows = append(rows, rundir.Row{Protocol: "fewshot", Method: method, Dataset: d, Seed: uint64(seed), Shots: shots,
						Accuracy: rundir.Value(acc + add*float64(shots) + float64(len(d)))})
				}
			}
		}
	}
	grids := Tables(rows, "")
	if len(grids) != 1 || grids[0].Name != "fewshot" {
		t.Fatalf("%d tables", len(grids))
	}
	text := markdown(t, grids[0])
	line(t, text, "dataset", "1 shot", "4 shots")
	if !strings.Contains(strings.ReplaceAll(text, " ", ""), "CDC−bestbaseline|+5.00±0.00|+5.00±0.00|") {
		t.Errorf("no difference of 5 in\n%s", text)
	}
}

// Without CDC, or without a baseline, there is no difference to show: no table has
// empty columns for it, or a note on them.
func TestNoGainWithoutBothSides(t *testing.T) {
	for _, names := range [][]string{{"maple", "coop"}, {"cdc", "cdc-lite"}, {"cdc", "maple"}} {
		var pair, all []rundir.Row
		for i, name := range names {
			pair = append(pair, resultRow(name, "eurosat", 1, 80, float64(60+i)))
			accuracy := float64(70 + i)
			all = append(all, rundir.Row{Method: name, Dataset: "eurosat", Protocol: "all", Seed: 1, Shots: 16, Accuracy: &accuracy, MacroF1: &accuracy})
		}
		for _, g := range []Grid{BaseToNew(pair, ""), allClasses(all)} {
			var b bytes.Buffer
			if err := g.CSV(&b); err != nil {
				t.Fatal(err)
			}
			text := b.String() + markdown(t, g)
			if want := names[0] == "cdc" && names[1] == "maple"; strings.Contains(text, "baseline") != want || strings.Contains(text, "difference") != want {
				t.Errorf("%v: want a difference: %v\n%s", names, want, text)
			}
		}
	}
}

// A file of LaTeX has balanced braces and nothing that LaTeX would trip over.
func TestLaTeXIsEscaped(t *testing.T) {
	rows := []rundir.Row{resultRow("cdc", `a_b & 100% #1 $x {y} ~^\ Größe 中`, 1, 80, 70), resultRow("maple", "other", 1, 60, 60)}
	var b bytes.Buffer
	if err := BaseToNew(rows, "").LaTeX(&b); err != nil {
		t.Fatal(err)
	}
	want := `a\_b \& 100\% \#1 \$x \{y\} \textasciitilde{}\textasciicircum{}\textbackslash{} Größe [U+4E2D]`
	if !strings.Contains(b.String(), want) {
		t.Errorf("no %s in\n%s", want, b.String())
	}
	if strings.Count(b.String(), `\begin{tabular}`) != 1 || !strings.Contains(b.String(), `\toprule`) {
		t.Error("no table with booktabs' rules")
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	if err := BaseToNew(baseNewRows(), "").save(safefile.Dir(dir), "."); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "base2new.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	if want := "dataset,method,seeds,base,base std,new,new std,HM,HM std,HM - best baseline,HM - best baseline std,baseline"; lines[0] != want {
		t.Errorf("header %q, want %q", lines[0], want)
	}
	if want := "Caltech101,zeroshot,2,60,0,60,0,60,0,,,"; lines[1] != want {
		t.Errorf("first line %q, want %q", lines[1], want)
	}
	if !strings.HasPrefix(lines[2], "Caltech101,maple,2,75,") {
		t.Errorf("second line %q", lines[2])
	}
	for _, name := range []string{"base2new.md", "base2new.tex"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	wantError(t, BaseToNew(baseNewRows(), "").save(safefile.Dir(dir), "none"), "none")
}
