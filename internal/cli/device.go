package cli

import (
	"errors"
	"fmt"
	"os"

	"frontdoor/cuda"
	"frontdoor/internal/term"
)

// DeviceFlag explains the flag -device.
const DeviceFlag = "`NAME` of what runs the towers: cpu, cuda, cuda:N (an NVIDIA GPU, with programs built with -tags cuda) or auto"

// Device opens what the flag -device of a command names: nil for the CPU. What
// auto took, and why, is said on stderr.
func Device(command, name string) (*cuda.Device, error) {
	d, note, err := cuda.Choose(name, cuda.System)
	if errors.Is(err, cuda.ErrDevice) {
		err = Usage{err}
	}
	if note != "" {
		fmt.Fprintf(term.Shown(os.Stderr), "%s: %s\n", command, note)
	}
	return d, err
}
