//go:build !cuda || !linux

package cuda

import (
	"errors"
	"runtime"

	"frontdoor/internal/setting"
)

// System returns the driver of this machine. This program was built without it,
// so that it is static: the error says how to build one that has it.
func System() (Driver, error) {
	if runtime.GOOS != "linux" {
		return nil, setting.Errorf("cuda: NVIDIA's driver is used on linux only, not on " + runtime.GOOS + "; use {device} cpu")
	}
	return nil, errors.New("cuda: this program was built without CUDA; build it with the tag: go run -tags cuda ./cmd/train -device cuda")
}
