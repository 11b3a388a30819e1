package cuda_test

import (
	"errors"
	"strings"
	"testing"

	"frontdoor/cuda"
	"frontdoor/internal/cudatest"
)

func TestChoose(t *testing.T) {
	working := func() (cuda.Driver, error) { return cudatest.New(), nil }
	absent := func() (cuda.Driver, error) { return nil, errors.New("cuda: no driver: tried all") }
	old := func() (cuda.Driver, error) { d := cudatest.New(); d.Version = 10000; return d, nil }
	for _, c := range []struct {
		name   string
		system func() (cuda.Driver, error)
		device bool
		note   string
		err    string
	}{
		{"", absent, false, "", ""},
		{"cpu", absent, false, "", ""},
		{"cuda", working, true, "", ""},
		{"cuda:0", working, true, "", ""},
		{"cuda:1", working, false, "", "number 1 of 1"},
		{"cuda", absent, false, "", "no driver"},
		{"cuda", old, false, "", "update the driver"},
		{"auto", working, true, "device cuda:0 Imitation", ""},
		{"auto", absent, false, "device cpu, because cuda: no driver: tried all", ""},
		{"auto", old, false, "device cpu, because cuda: cuDriverGetVersion", ""},
		{"gpu", working, false, "", "-device gpu: want cpu, cuda, cuda:N"},
		{"cuda:x", working, false, "", "-device cuda:x: want"},
		{"cpu:1", working, false, "", "-device cpu:1: want"},
		{"auto:1", working, false, "", "-device auto:1: want"},
	} {
		d, note, err := cuda.Choose(c.name, c.system)
		if (d != nil) != c.device || !strings.HasPrefix(note, c.note) || (note == "") != (c.note == "") {
			t.Errorf("%s: device %v, note %q", c.name, d != nil, note)
		}
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.err)
		}
		if d != nil {
			d.Close()
		}
	}
}

// Whether a step fits is known before it starts.
func TestFits(t *testing.T) {
	r := newRig(t, 1, func(d *cudatest.Driver) { d.Memory = 64 << 20 })
	defer r.close()
	r.room(8 << 20)
	if err := r.dev.Fits(16 << 20); err != nil {
		t.Error(err)
	}
	if err := r.dev.Fits(48 << 20); err == nil || !strings.Contains(err.Error(), "a step takes about 48 MiB, 32 MiB of 64 are free") {
		t.Errorf("%v", err)
	}
}

// A program without the tag says how to build one that has it.
func TestSystemWithoutTag(t *testing.T) {
	if _, err := cuda.System(); err != nil && !strings.Contains(err.Error(), "-tags cuda") && !strings.Contains(err.Error(), "no driver") && !strings.Contains(err.Error(), "linux only") {
		t.Errorf("%v", err)
	}
}
