package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdoor/clip"
	"frontdoor/eval"
	"frontdoor/eval/plan"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
	"frontdoor/internal/procmem"
	"frontdoor/internal/term"
)

// forecast decides how the run saves memory where it is short, and makes its
// plan; with -plan it prints that. loading is how long the model took.
func (o *options) forecast(ctx context.Context, r *eval.Run, loading time.Duration) error {
	old, err := rundir.ReadConfig(o.path())
	goesOn := o.resume.on || !o.shard.Whole() && err == nil
	switch {
	case o.resume.on && err != nil:
		return err
	case goesOn: // as it was begun
		r.Config.Memory = old.Memory
	}
	available := procmem.Available(int64(o.memory))
	if !goesOn {
		least, err := o.least(available, r.Model)
		if err != nil {
			return err
		}
		note, fits, err := plan.FitMemory(r.Data(), o.recompute, least)
		if err != nil {
			return err
		}
		if fits {
			plan.LimitMemory(available)
		}
		if note != "" {
			fmt.Fprintf(stderr, "train: %s\n", note)
		}
	}
	plan, err := plan.New(ctx, r.Data(), r.Shard, r.Kept)
	if err != nil {
		return err
	}
	working := plan.Working()
	plan.Loaded(r.Model, loading)
	r.Forecast = plan.For
	if o.plan {
		fmt.Fprint(stdout, plan.Table(term.Columns(stdout)))
		fmt.Fprintln(stdout, plan.Machine(available))
	}
	if o.gpu == nil {
		return nil
	}
	return o.gpu.Fits(working, r.Model.Bytes()/4)
}

// least is the smaller of the memory that is available here and that of the GPU, if
// there is one, as a number to plan with: that counts what this process holds
// already, of which the GPU holds nothing.
func (o *options) least(available int64, m *clip.Model) (int64, error) {
	if o.gpu == nil {
		return available, nil
	}
	room, err := o.gpu.Room(m.Bytes() / 4)
	return min(available, procmem.Resident()+room), err
}

// memorySize is a number of bytes, 0 for no limit.
type memorySize int64

// String writes the bytes.
func (m *memorySize) String() string {
	if *m == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*m), 10)
}

// Set reads a size such as 4GiB, 1.5G, 800MB or 4000000000. K, M, G and T are
// powers of 1024, with a B behind them of 1000.
func (m *memorySize) Set(text string) error {
	number := strings.TrimRight(strings.ToLower(strings.TrimSpace(text)), "kmgtib ")
	unit := strings.TrimSpace(strings.ToLower(strings.TrimSpace(text))[len(number):])
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	power := slices.Index([]string{"", "k", "m", "g", "t"}, strings.TrimSuffix(strings.TrimSuffix(unit, "b"), "i"))
	if err != nil || power < 0 || !(v > 0) {
		return errors.New("want a size such as 4GiB or 800MB")
	}
	base := 1024.0
	if strings.HasSuffix(unit, "b") && !strings.HasSuffix(unit, "ib") {
		base = 1000
	}
	if v *= math.Pow(base, float64(power)); v < 1 || v >= math.MaxInt64 {
		return errors.New("want a size such as 4GiB or 800MB")
	}
	*m = memorySize(v)
	return nil
}

// checkRecompute refuses values of -recompute that do not exist.
func checkRecompute(how string) error {
	if how != plan.Auto && how != plan.On && how != plan.Off {
		return cli.Usagef("-recompute %q: choose from %s, %s, %s", how, plan.Auto, plan.On, plan.Off)
	}
	return nil
}
