package report

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/imaging"
	"frontdoor/method"
)

// answeredRun is the folder of a run of two methods with so many classes, whose
// names are markup, formulas and more, and four images of each. Class k is taken
// for the next one in one image of four by the first seed.
func answeredRun(t *testing.T, classes int) *rundir.Dir {
	t.Helper()
	c := &rundir.Config{Version: rundir.Version, Model: "tiny", Dataset: "folder", Data: "photos", Protocol: "all", Methods: []string{"zeroshot", "cdc"}, Seeds: []uint64{1, 2}, Shots: 4,
		Settings: map[string]method.Settings{"cdc": {Epochs: 3, Batch: 8, LR: 0.1}}, Template: "a {}.", Command: "go run ./cmd/train -data photos"}
	for k := range classes {
		c.Classes = append(c.Classes, fmt.Sprintf("<b>class %d</b>", k))
	}
	dir, err := rundir.Create(filepath.Join(t.TempDir(), "run"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dir.Close() })
	if err := dir.WriteJSON(rundir.ConfigFile, c); err != nil {
		t.Fatal(err)
	}
	if _, err := dir.ReadCells(nil); err != nil { // makes the folder of cells
		t.Fatal(err)
	}
	var rows []rundir.Row
	for _, cell := range c.Cells() {
		a := rundir.Answers{Dataset: "photos", Test: "all", Classes: c.Classes}
		for i := range 4 * classes {
			label, taken, confidence := i/4, i/4, 0.5+float64(i%4)/10
			if i%4 == 3 && cell.Seed == 1 {
				taken = (label + 1) % classes
			}
			a.Images = append(a.Images, fmt.Sprintf(`photos/<i>/"%d.jpg`, i))
			a.Labels, a.Predicted = append(a.Labels, label), append(a.Predicted, taken)
			a.Signals[rundir.MaxProbability] = append(a.Signals[rundir.MaxProbability], confidence)
			row := make([]float32, classes)
			row[taken] = float32(confidence)
			a.Probabilities = append(a.Probabilities, row)
		}
		if err := dir.WriteAnswers(cell, []rundir.Answers{a}); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, rundir.Row{Method: cell.Method, Dataset: "photos", Protocol: "all", Seed: cell.Seed, Shots: 4, Accuracy: rundir.Value(75)})
	}
	if err := dir.WriteJSON(rundir.ResultsFile, rundir.Results{Version: rundir.Version, Rows: rows, Command: c.Command}); err != nil {
		t.Fatal(err)
	}
	if err := dir.WritePredictions(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return dir
}

// square is a picture of the size of a photograph.
func square(_, name string) (*imaging.Image, error) {
	if strings.Contains(name, `"3.jpg`) {
		return nil, errors.New("it is gone")
	}
	return imaging.New(400, 300), nil
}

// pageOf writes and reads the page of a run.
func pageOf(t *testing.T, dir *rundir.Dir, o Options) string {
	t.Helper()
	if err := Write(t.Context(), dir.Path, o); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(dir.File(pageFile))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The page says by name what is confused, shows the mistakes of the method that
// answers for the run, and leaves nothing that a name could do.
func TestPageShowsMistakes(t *testing.T) {
	dir := answeredRun(t, 3)
	if err := SaveThumbnails(dir, square); err != nil {
		t.Fatal(err)
	}
	page := pageOf(t, dir, Options{})
	for _, want := range []string{
		"What CDC confuses on photos, among all classes", "3 of 24 answers are wrong (2 seeds together)",
		"<b>&lt;b&gt;class 0&lt;/b&gt;</b> is taken for <b>&lt;b&gt;class 1&lt;/b&gt;</b>, in 1 of 8",
		"&lt;b&gt;class 2&lt;/b&gt;</b> taken for", `&lt;i&gt;/<wbr>&#34;11.jpg`, "tiny", "3 epochs, batch 8, lr 0.1", "go run ./cmd/train -data photos", `<th scope="row">CDC</th>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if strings.Contains(page, "<i>") || strings.Contains(page, "<b>class") {
		t.Error("a name is markup")
	}
	for _, img := range regexp.MustCompile(`<img [^>]*>`).FindAllString(page, -1) {
		if !regexp.MustCompile(`src="data:image/(jpeg|png);base64,[^"]+" alt="[^"]+"`).MatchString(img) {
			t.Errorf("a picture without its bytes or its words: %.200s", img)
		}
	}
	// Of 3 mistakes and 9 right answers one image is gone, which is a mistake.
	if n := strings.Count(page, "data:image/jpeg"); n != 11 {
		t.Errorf("%d pictures, want 11", n)
	}
	if n := strings.Count(pageOf(t, dir, Options{NoImages: true}), "data:image/jpeg"); n != 0 {
		t.Errorf("%d pictures without any", n)
	}
}

// doubtful are findings about images of answeredRun.
func doubtful() *rundir.Findings {
	where := func(i int, split string) rundir.Where {
		return rundir.Where{Image: fmt.Sprintf(`photos/<i>/"%d.jpg`, i), Class: "<b>class 0</b>", Split: split}
	}
	return &rundir.Findings{Dataset: "photos",
		Twins:    []rundir.Twins{{Exact: true, Images: []rundir.Where{where(0, "train"), where(1, "test")}}},
		Suspects: []rundir.Suspect{{Where: where(2, "train"), Suggested: "<b>class 1</b>", Probability: 0.75, LabelProbability: 0.125}}}
}

// What is doubtful about the images is shown with pictures.
func TestPageShowsFindings(t *testing.T) {
	dir := answeredRun(t, 3)
	if strings.Contains(pageOf(t, dir, Options{}), "may be wrong") {
		t.Error("the page doubts where nothing is doubtful")
	}
	if err := dir.WriteJSON(rundir.FindingsFile, doubtful()); err != nil {
		t.Fatal(err)
	}
	if err := SaveThumbnails(dir, square); err != nil {
		t.Fatal(err)
	}
	page := pageOf(t, dir, Options{})
	for _, want := range []string{
		`alt="Image labelled &lt;b&gt;class 0&lt;/b&gt;, perhaps &lt;b&gt;class 1&lt;/b&gt;"`, "(75% against 13%)",
		"The same file, in training and in test", `alt="Image of &lt;b&gt;class 0&lt;/b&gt; for test"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if err := dir.WriteJSON(rundir.FindingsFile, map[string]any{"twins": []any{map[string]any{"images": []any{}}}}); err != nil {
		t.Fatal(err)
	}
	wantError(t, Write(t.Context(), dir.Path, Options{}), rundir.FindingsFile, "alone")
}

// Of a hundred classes the matrix shows those with the most mistakes, and says so.
func TestPageOfManyClasses(t *testing.T) {
	page := pageOf(t, answeredRun(t, 100), Options{})
	if want := "of the 20 classes with the most mistakes, of 100"; !strings.Contains(page, want) {
		t.Errorf("the page has no %q", want)
	}
	if n := strings.Count(page, `class="hit"`); n != matrixSide {
		t.Errorf("%d classes in the matrix", n)
	}
	if n := strings.Count(page, "taken for"); n > 1000 {
		t.Errorf("%d answers are shown", n)
	}
}

// A stranger's thumbnails are pictures, or left out, and are not many.
func TestThumbnailsAreBounded(t *testing.T) {
	dir := answeredRun(t, 3)
	jpeg := append([]byte("\xff\xd8\xff"), bytes.Repeat([]byte{1}, 60<<10)...)
	all := map[string][]byte{"script": []byte("<svg onload=alert(1)>"), "large": append(jpeg, jpeg...)}
	for i := range 80 {
		all[fmt.Sprint("picture ", i)] = jpeg
	}
	if err := dir.WriteJSON(thumbnailsFile, all); err != nil {
		t.Fatal(err)
	}
	urls, err := readThumbnails(dir.Path)
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, u := range urls {
		size += len(u)
	}
	if urls["script"] != "" || urls["large"] != "" || len(urls) == 0 || len(urls) > maxPictures || size > 5<<20 {
		t.Errorf("%d pictures of %d bytes; script %.20q", len(urls), size, urls["script"])
	}
	var opened int
	if err := SaveThumbnails(dir, func(_, name string) (*imaging.Image, error) { opened++; return square("", name) }); err != nil || opened != 12 {
		t.Errorf("%v: %d images opened, want 12", err, opened)
	}
}

// A page is written of results alone too, and of a run that a stranger broke it is
// refused with the name of the file.
func TestPageOfBrokenPredictions(t *testing.T) {
	dir := answeredRun(t, 3)
	if err := os.WriteFile(dir.File(rundir.PredictionsFile), []byte("no"), 0o644); err != nil {
		t.Fatal(err)
	}
	wantError(t, Write(t.Context(), dir.Path, Options{}), rundir.PredictionsFile)
	for _, name := range []string{rundir.PredictionsFile, rundir.ConfigFile} {
		if err := os.Remove(dir.File(name)); err != nil {
			t.Fatal(err)
		}
	}
	if page := pageOf(t, dir, Options{}); !strings.Contains(page, "All classes, 4 shots") {
		t.Error("the page has no table")
	}
}
