package cuda_test

import (
	"errors"
	"slices"
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
		{"gpu", working, false, "", "device gpu: want cpu, cuda, cuda:N"},
		{"cuda:x", working, false, "", "device cuda:x: want"},
		{"cpu:1", working, false, "", "device cpu:1: want"},
		{"auto:1", working, false, "", "device auto:1: want"},
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
	r.room(4 << 20)
	const weights = 1 << 20 // 12 MiB with halves
	if err := r.dev.Fits(36<<20, weights); err != nil {
		t.Error(err)
	}
	if err := r.dev.Fits(37<<20, weights); err == nil || !strings.Contains(err.Error(), "a step takes about 37 MiB, and beside the model's weights 36 MiB of 64 are free") {
		t.Errorf("%v", err)
	}
	r.drv.Fail = map[string]cuda.Result{"MemGetInfo": cuda.ECCUncorrectable}
	if err := r.dev.Fits(1, 1); err == nil || !strings.Contains(err.Error(), "ECC") {
		t.Errorf("%v", err)
	}
	r.drv.Fail = nil
}

// Where the driver's library is missing, the error names all paths that were
// tried, and says what a container lacks.
func TestNoLibrary(t *testing.T) {
	var tried []string
	absent := func(name string) (cuda.Driver, error) {
		tried = append(tried, name)
		return nil, errors.New(name + ": cannot open shared object file")
	}
	defer cuda.SetExists(nil)
	for _, c := range []struct {
		nodes string // that exist
		says  string
	}{{"", "install NVIDIA's driver"}, {"/dev/nvidiactl", "NVIDIA_DRIVER_CAPABILITIES=compute"}} {
		cuda.SetExists(func(path string) bool { return path == c.nodes })
		tried = nil
		_, err := cuda.Find(absent)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q exists: %v", c.nodes, err)
		}
		for _, name := range []string{"libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"} {
			if !slices.Contains(tried, name) || !strings.Contains(err.Error(), name+": cannot") {
				t.Errorf("%s was not tried, or is not named: %v", name, err)
			}
		}
	}
	drv, err := cuda.Find(func(name string) (cuda.Driver, error) {
		if name == "libcuda.so.1" {
			return absent(name)
		}
		return cudatest.New(), nil
	})
	if err != nil || drv == nil {
		t.Errorf("the second library: %v", err)
	}
}

// A container that was given no GPU has the library, but no device.
func TestNoDeviceNode(t *testing.T) {
	defer cuda.SetExists(nil)
	for name, fail := range map[string]func(*cudatest.Driver){
		"no device":   func(d *cudatest.Driver) { d.Fail = map[string]cuda.Result{"Init": cuda.NoDevice} },
		"bad state":   func(d *cudatest.Driver) { d.Fail = map[string]cuda.Result{"Init": cuda.Unknown} },
		"none listed": func(d *cudatest.Driver) { d.Devices = 0 },
	} {
		for _, node := range []string{"", "/dev/nvidiactl", "/dev/dxg"} {
			cuda.SetExists(func(path string) bool { return path == node })
			drv := cudatest.New()
			fail(drv)
			_, err := cuda.Open(drv, 0)
			if err == nil || strings.Contains(err.Error(), "there is no /dev/nvidiactl: start a container with --gpus all") != (node == "") {
				t.Errorf("%s, with %q: %v", name, node, err)
			}
		}
	}
}

// A program without the tag says how to build one that has it.
func TestSystemWithoutTag(t *testing.T) {
	if _, err := cuda.System(); err != nil && !strings.Contains(err.Error(), "-tags cuda") && !strings.Contains(err.Error(), "no driver") && !strings.Contains(err.Error(), "linux only") {
		t.Errorf("%v", err)
	}
}
