package train

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
)

// ranFolder writes the results of a run: cdc better than maple by 1 and 2.
func ranFolder(t *testing.T, dataset string) string {
	t.Helper()
	results := rundir.Results{Version: rundir.Version}
	for seed := range uint64(2) {
		for i, method := range []string{"maple", "cdc"} {
			hm := 60 + float64(i)*float64(1+seed)
			results.Rows = append(results.Rows, rundir.Row{Method: method, Dataset: dataset, Seed: seed, HM: &hm})
		}
	}
	text, err := json.Marshal(results)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, rundir.ResultsFile), text)
	return dir
}

func TestCompareRuns(t *testing.T) {
	a, b := ranFolder(t, "x"), ranFolder(t, "y")
	if err := Run(context.Background(), []string{"-compare", "cdc,maple", a, b}); err != nil {
		t.Error(err)
	}
	for _, c := range []struct{ args, want string }{
		{"-compare cdc " + a, "compare cdc: name two methods or more, such as cdc,ensemble"},
		{"-compare cdc,maple", "name the run folders"},
		{"-compare cdc,coop " + a, `no results of "coop"; they have maple, cdc`},
		{fmt.Sprint("-compare cdc,maple ", a, " ", a), "maple has several results on x"},
		{"-compare cdc,maple " + t.TempDir(), "results.json"},
	} {
		err := Run(context.Background(), strings.Fields(c.args))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.args, err, c.want)
		}
		if usage := errors.As(err, new(cli.Usage)); usage == (strings.Contains(c.want, "several") || c.want == "results.json") {
			t.Errorf("%s: a usage error: %v", c.args, usage)
		}
	}
}
