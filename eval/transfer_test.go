package eval

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
)

// places lists what a run has results about.
func places(rows []rundir.Row) (all []string) {
	for _, r := range rows {
		all = append(all, r.Method+": "+r.Place())
	}
	return all
}

func TestTransferProtocols(t *testing.T) {
	for protocol, want := range map[string]string{
		"xd": "[zeroshot: shape zeroshot: shape → texshape zeroshot: shape → coltex zeroshot: shape → colshape " +
			"coop-csc: shape " + // it is bound to its classes
			"cdc: shape cdc: shape → texshape cdc: shape → coltex cdc: shape → colshape]",
		"dg": "[zeroshot: shape zeroshot: shape → V2 zeroshot: shape → Sketch zeroshot: shape → Adversarial zeroshot: shape → Rendition " +
			"coop-csc: shape coop-csc: shape → V2 coop-csc: shape → Sketch coop-csc: shape → Adversarial coop-csc: shape → Rendition " +
			"cdc: shape cdc: shape → V2 cdc: shape → Sketch cdc: shape → Adversarial cdc: shape → Rendition]",
		"fewshot": "[zeroshot: shape coop-csc: shape cdc: shape]",
	} {
		r := sweepRun(t, start(t, filepath.Join(t.TempDir(), "run")), term.Silent{}, func(c *rundir.Config) {
			c.Protocol, c.Methods, c.Seeds = protocol, []string{"zeroshot", "coop-csc", "cdc"}, []uint64{1}
		})
		results, err := r.Do(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if have := fmt.Sprint(places(results.Rows)); have != want {
			t.Errorf("%s: %s", protocol, have)
		}
		for _, row := range results.Rows {
			if row.Accuracy == nil || row.Protocol != protocol {
				t.Errorf("%+v", row)
			}
		}
	}
}

// Testing after every epoch changes nothing in the training, and its last
// point is the result.
func TestCurveChangesNothing(t *testing.T) {
	var files [2]map[string][]byte
	for i := range files {
		dir := start(t, filepath.Join(t.TempDir(), "run"))
		r := sweepRun(t, dir, term.Silent{}, func(c *rundir.Config) {
			c.Curve, c.Seeds, c.Methods = i == 1, []uint64{1}, []string{"coop", "coop-csc", "maple", "cdc"}
		})
		results, err := r.Do(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		files[i] = outputs(t, dir.Path)
		epochs, err := rundir.ReadEpochs(dir.Path)
		if err != nil {
			t.Fatal(err)
		}
		for k, e := range epochs {
			row := results.Rows[k] // one epoch each
			if i == 0 && (e.Base != nil || e.New != nil) {
				t.Errorf("%+v was measured", e)
			}
			if i == 1 && (*e.Base != *row.Base || row.New != nil && *e.New != *row.New || row.New == nil && e.New != nil) {
				t.Errorf("%s: last point %v %v, result %v %v", e.Method, e.Base, e.New, row.Base, row.New)
			}
		}
	}
	for _, name := range []string{rundir.CheckpointFile, rundir.ResultsFile} {
		if !bytes.Equal(files[0][name], files[1][name]) {
			t.Errorf("%s depends on -curve", name)
		}
	}
}
