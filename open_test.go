package frontdoor

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Open takes the method and the seed that predict takes, and says what it took.
func TestOpenTakesWhatPredictTakes(t *testing.T) {
	c := opened(t)
	info := c.Info()
	if info.Method != "cdc" || info.Seed != 1 || info.Dataset != "shape" || info.Shots != 1 || info.Run != finished || info.Model != "tiny" || info.Side != 48 || info.Width < 2 || info.Scale < 1 {
		t.Errorf("%+v", info)
	}
	if got := c.Classes(); len(got) != 16 || got[0] != "ring" {
		t.Errorf("classes %v", got)
	}
	if c := opened(t, WithMethod("coop"), WithHalf("new")); c.Info().Method != "coop" || len(c.Classes()) != 8 || c.Classes()[0] != "hourglass" {
		t.Errorf("%+v, %v", c.Info(), c.Classes())
	}
}

func TestOpenRefuses(t *testing.T) {
	changed := t.TempDir()
	config, err := os.ReadFile(filepath.Join(finished, "config.json"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(config), "4aa43ce2aca6f8ea", "0123456789abcdef", 1)
	if err := os.WriteFile(filepath.Join(changed, "config.json"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(background)
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		dir  string
		opt  Option
		is   error
		want string
	}{
		"no folder":   {dir: "absent", is: ErrNoRun, want: "absent"},
		"no run":      {dir: t.TempDir(), is: ErrNoRun, want: "config.json"},
		"a file":      {dir: "go.mod", is: ErrNoRun, want: "go.mod"},
		"a model":     {dir: changed, is: ErrModelChanged, want: "give the model of the run"},
		"no model":    {dir: finished, opt: WithModel("absent.pt"), is: os.ErrNotExist, want: "absent.pt"},
		"ended":       {ctx: ended, dir: finished, is: context.Canceled, want: "canceled"},
		"method":      {dir: finished, opt: WithMethod("maple"), want: "it has [zeroshot coop cdc]"},
		"seed":        {dir: finished, opt: WithSeed(7), want: "no seed 7"},
		"half":        {dir: finished, opt: WithHalf("left"), want: "not all, base or new"},
		"batch":       {dir: finished, opt: WithBatch(0), want: "batch of 0"},
		"device":      {dir: finished, opt: WithDevice("gpu"), want: "cuda:N"},
		"nil context": {dir: finished, want: "context is nil"},
		"nil option":  {dir: finished, want: "Option is nil"},
	} {
		ctx, opts := c.ctx, []Option{}
		if ctx == nil && name != "nil context" {
			ctx = background
		}
		if c.opt != nil || name == "nil option" {
			opts = append(opts, c.opt)
		}
		got, err := Open(ctx, c.dir, opts...)
		if err == nil || got != nil || !strings.Contains(err.Error(), c.want) || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
		if isOption := errors.As(err, new(*OptionError)); isOption != (c.opt != nil && c.is == nil || name == "nil option") {
			t.Errorf("%s: an error of an option: %v", name, isOption)
		}
	}
}

// Classes can be changed, and a failed change leaves them as they were.
func TestSetClasses(t *testing.T) {
	c := opened(t)
	before, err := c.Classify(background, disc(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, names := range [][]string{nil, {"star", ""}, {"star", "heart", "star"}, {"\xff"}, {"star", strings.Repeat("very ", 90) + "long"}} {
		if err := c.SetClasses(background, names...); err == nil {
			t.Errorf("%.40q are taken", names)
		}
	}
	after, err := c.Classify(background, disc(1))
	if err != nil || after[0].Class != before[0].Class || after[0].Probability != before[0].Probability || len(after[0].Distribution) != 16 {
		t.Errorf("a failed change changed the answer: %+v, %v", after, err)
	}
	if err := c.SetClasses(background, "star", "circle"); err != nil {
		t.Fatal(err)
	}
	if a, err := c.Classify(background, disc(1)); err != nil || len(a[0].Distribution) != 2 || len(c.Classes()) != 2 {
		t.Errorf("%+v, %v", a, err)
	}
}

// A model without a name, as of a variable that is not set, is not the embedded one.
func TestLoadWithoutModel(t *testing.T) {
	if c, err := Load(background, "", []string{"star"}); c != nil || err == nil || !strings.Contains(err.Error(), "is not named") {
		t.Errorf("error %v", err)
	}
}

// A classifier without classes embeds, and says what is missing.
func TestLoadWithoutClasses(t *testing.T) {
	c := closing(t)(Load(background, "tiny", nil))
	if _, err := c.Classify(background, disc(0)); !errors.Is(err, ErrNoClasses) {
		t.Errorf("error %v", err)
	}
	if f, err := c.Embed(background, disc(0)); err != nil || len(f[0]) != c.Info().Width {
		t.Errorf("%v, %v", f, err)
	}
	images := closing(t)(Load(background, "tiny", nil, ImageTowerOnly()))
	if _, err := images.EmbedText(background, "a star"); err == nil || !strings.Contains(err.Error(), "text tower") {
		t.Errorf("error %v", err)
	}
	if err := images.SetClasses(background, "star"); err == nil || !strings.Contains(err.Error(), "text tower") {
		t.Errorf("error %v", err)
	}
	if _, err := Load(background, "tiny", []string{"star"}, ImageTowerOnly()); !errors.As(err, new(*OptionError)) {
		t.Errorf("error %v", err)
	}
	if err := c.SetClasses(background, "star", "heart"); err != nil {
		t.Fatal(err)
	}
	if a, err := c.Classify(background, disc(0)); err != nil || len(a[0].Distribution) != 2 {
		t.Errorf("%+v, %v", a, err)
	}
}

// A memory limit makes batches smaller, and is an error where one image is too
// much.
func TestMemoryLimit(t *testing.T) {
	if c := opened(t, WithMemory(1<<30)); c.options.batch != defaultBatch {
		t.Errorf("a batch of %d in 1 GiB", c.options.batch)
	}
	limit := opened(t).model.Bytes() + 1<<20
	c := opened(t, WithMemory(limit))
	if c.options.batch >= defaultBatch {
		t.Errorf("a batch of %d in %d bytes", c.options.batch, limit)
	}
	if _, err := c.Classify(background, discs(5)...); err != nil {
		t.Error(err)
	}
	if _, err := Load(background, "tiny", nil, WithMemory(1<<20)); !errors.As(err, new(*OptionError)) || !strings.Contains(err.Error(), "one image take about") {
		t.Errorf("error %v", err)
	}
}
