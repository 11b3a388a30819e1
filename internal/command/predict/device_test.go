package predict

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"frontdoor/cuda"
	"frontdoor/internal/cli"
)

// A device that is not there is an error before anything else is done, which says
// what to do; auto goes on without, with the same answers.
func TestDevice(t *testing.T) {
	args := func(device string) []string {
		return []string{"-captions", "a red star;a blue ring", "-render", "striped star", "-device", device}
	}
	run := func(device string) (string, error) {
		var out bytes.Buffer
		err := predict(context.Background(), args(device), &out)
		return out.String(), err
	}
	if _, err := run("gpu"); !errors.As(err, new(cli.Usage)) || !strings.Contains(err.Error(), "cuda:N") {
		t.Errorf("-device gpu: %v", err)
	}
	if _, err := cuda.System(); err == nil {
		t.Skip("this machine has a GPU")
	}
	if out, err := run("cuda"); err == nil || out != "" || !strings.Contains(err.Error(), "-device cuda") && !strings.Contains(err.Error(), "no driver") {
		t.Errorf("-device cuda: %v", err)
	}
	cpu, err := run("cpu")
	if err != nil {
		t.Fatal(err)
	}
	if auto, err := run("auto"); err != nil || auto != cpu {
		t.Errorf("-device auto: %v", err)
	}
}
