package train

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/imaging"
	"frontdoor/weights"
)

// aCell is the cell of the trainings of these tests.
var aCell = rundir.Cell{Dataset: "shape", Shots: 4, Seed: 7, Method: "coop"}

// folder makes a run folder.
func folder(t *testing.T) *rundir.Dir {
	t.Helper()
	dir, err := rundir.Create(filepath.Join(t.TempDir(), "run"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dir.Close() })
	if _, err := dir.ReadCells(nil); err != nil { // makes their folder
		t.Fatal(err)
	}
	return dir
}

// States that no training leaves are refused in one line that names the file,
// and leave the training where it is.
func TestStatesThatNoTrainingLeaves(t *testing.T) {
	tr := untrained(t, "coop", false)
	good := fmt.Sprintf(`{"step": %d, "loss_sum": "0x1p-02", "losses": ["0x1p-01"], "seconds": 1, "images": %q}`, tr.perEpoch()+1, tr.images())
	param := tr.learner.Params()[0]
	momentum := rundir.Momentum + param.Name
	// with is the state's tensors, one of them changed.
	with := func(name string, change func(*weights.Tensor)) []weights.Tensor {
		all := stateOf(tr)
		i := slices.IndexFunc(all, func(t weights.Tensor) bool { return t.Name == name })
		change(&all[i])
		return all
	}
	first := func(v float32) func(*weights.Tensor) {
		return func(t *weights.Tensor) {
			t.Data = slices.Clone(t.Data)
			binary.LittleEndian.PutUint32(t.Data, math.Float32bits(v))
		}
	}
	i32 := func(t *weights.Tensor) { t.DType = weights.I32 }
	flat := func(t *weights.Tensor) { t.Shape = []int{t.Len()} }
	short := func(t *weights.Tensor) { *t = weights.NewF32(t.Name, []int{1}, []float32{1}) }
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	progress := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	for name, c := range map[string]struct {
		tensors  []weights.Tensor
		progress string
		says     string
	}{
		"integers":               {with(param.Name, i32), good, "of type I32"},
		"momentum of integers":   {with(momentum, i32), good, "type I32"},
		"NaN":                    {with(param.Name, first(nan)), good, "NaN or infinite"},
		"infinite":               {with(param.Name, first(inf)), good, "NaN or infinite"},
		"NaN as momentum":        {with(momentum, first(nan)), good, "not finite"},
		"flat":                   {with(param.Name, flat), good, "shape"},
		"momentum of one number": {with(momentum, short), good, "shape [1]"},
		"nothing":                {nil, good, "is missing"},
		"negative step":          {stateOf(tr), progress(`"step": `, `"step": -`), "at step -"},
		"step 2^62":              {stateOf(tr), `{"step": 4611686018427387904}`, "at step 4611686018427387904"},
		"step in words":          {stateOf(tr), `{"step": "1"}`, "its progress"},
		"step in capitals":       {stateOf(tr), progress("step", "STEP"), "spelled"},
		"no progress":            {stateOf(tr), "", "its progress"},
		"too many epochs":        {stateOf(tr), progress(`["0x1p-01"]`, `["0x1p-01", "0", "0", "0", "0"]`), "5 epochs"},
		"a loss of NaN":          {stateOf(tr), progress(`["0x1p-01"]`, `["NaN"]`), "no loss"},
		"a long loss":            {stateOf(tr), progress(`0x1p-02`, strings.Repeat("x", 1e5)), "no loss"},
		"seconds without end":    {stateOf(tr), progress(`"seconds": 1`, `"seconds": 1e308`), "1e+308 s"},
		"other images":           {stateOf(tr), progress(tr.images(), "17 images, 00"), "put them back"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			var owner rundir.Owner
			if err := dir.WriteState(aCell, c.tensors, map[string]string{metaProgress: c.progress, rundir.MetaOwner: owner.String()}); err != nil {
				t.Fatal(err)
			}
			tr := untrained(t, "coop", false)
			_, err := tr.Restore(dir, aCell, owner)
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "coop-seed7.safetensors") ||
				!strings.Contains(err.Error(), "remove the file") || strings.Contains(err.Error(), "\n") || len(err.Error()) > 600 {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
			if tr.Done() != 0 {
				t.Errorf("at step %d", tr.Done())
			}
		})
	}
	if err := tr.restore(mustParse(t, stateOf(tr), good)); err != nil || tr.Done() != tr.perEpoch()+1 {
		t.Errorf("a good state: error %v, at step %d", err, tr.Done())
	}
}

// mustParse is a state as a file.
func mustParse(t *testing.T, tensors []weights.Tensor, progress string) *weights.File {
	t.Helper()
	text, err := weights.Marshal(tensors, map[string]string{metaProgress: progress})
	if err != nil {
		t.Fatal(err)
	}
	f, err := weights.Parse(text, "state")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// gone is an image that can be read a number of times.
type gone struct {
	data.Source
	left *int
}

// Open opens the image, or says that it is not there.
func (g gone) Open(ctx context.Context) (*imaging.Image, error) {
	if *g.left--; *g.left < 0 {
		return nil, fs.ErrNotExist
	}
	return g.Source.Open(ctx)
}

// An image that is deleted during a training ends it, named; what was trained is
// saved, and goes on to the same bits once the image is back.
func TestImageThatIsDeletedMeanwhile(t *testing.T) {
	dir := folder(t)
	var owner rundir.Owner
	run := func(tr *Training) error {
		return tr.Run(context.Background(), func() error { return tr.Save(dir, aCell, owner) }, func(int, float64) {})
	}
	whole := untrained(t, "maple", false)
	if err := run(whole); err != nil {
		t.Fatal(err)
	}

	broken := untrained(t, "maple", false)
	left := 1 // of 3 epochs, each of which drops some images
	broken.items[1].Source = gone{broken.items[1].Source, &left}
	err := run(broken)
	if !errors.As(err, new(*ImageError)) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), broken.items[1].Name()) {
		t.Fatalf("error %v", err)
	}
	resumed := untrained(t, "maple", false)
	if ok, err := resumed.Restore(dir, aCell, owner); !ok || err != nil || resumed.Done() != broken.Done() || resumed.Done() < resumed.perEpoch() {
		t.Fatalf("restored %v at step %d of %d, error %v; it ended at step %d", ok, resumed.Done(), resumed.Steps(), err, broken.Done())
	}
	if err := run(resumed); err != nil {
		t.Fatal(err)
	}
	for i, p := range whole.learner.Params() {
		if !slices.Equal(p.Data, resumed.learner.Params()[i].Data) {
			t.Errorf("%s has other bits", p.Name)
		}
	}

	fewer := untrained(t, "maple", false)
	fewer.items = fewer.items[1:] // what cannot be read is left out
	if _, err := fewer.Restore(dir, aCell, owner); err == nil || !strings.Contains(err.Error(), "put them back") {
		t.Errorf("error %v of a training without one of its images", err)
	}
}
