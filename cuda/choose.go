package cuda

import (
	"errors"
	"strconv"
	"strings"

	"frontdoor/internal/setting"
)

// ErrDevice is the error of a name that Choose does not know.
var ErrDevice = errors.New("want cpu, cuda, cuda:N with a number from 0, or auto")

// Choose opens the device that a command's flag -device names:
//
//	cpu, or nothing   none: the device returned is nil
//	cuda, cuda:N      the first GPU that the driver shows, or number N; an error
//	                  that says what to do if that is impossible
//	auto              a GPU if there is one that works, else none
//
// The note says in one line what auto took, and why; it is empty otherwise. The
// driver is that of [System], or of another function in tests.
func Choose(name string, system func() (Driver, error)) (d *Device, note string, err error) {
	kind, number, numbered := strings.Cut(name, ":")
	ordinal := 0
	if numbered {
		if ordinal, err = strconv.Atoi(number); err != nil || ordinal < 0 || kind != "cuda" {
			return nil, "", setting.Errorf("{device} %s: %w", name, ErrDevice)
		}
	}
	switch kind {
	case "", "cpu":
		return nil, "", nil
	case "cuda", "auto":
	default:
		return nil, "", setting.Errorf("{device} %s: %w", name, ErrDevice)
	}
	drv, err := system()
	if err == nil {
		d, err = Open(drv, ordinal)
	}
	switch {
	case kind == "cuda":
		return d, "", err
	case err != nil:
		return nil, "device cpu, because " + err.Error(), nil
	}
	return d, "device " + d.String(), nil
}
