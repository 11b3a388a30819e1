package cuda

import (
	"fmt"
	"os"
	"strings"
)

// libraries are the names of the driver's library; the second is that of Windows'
// subsystem for Linux. Never libcuda.so: that may be the toolkit's stub.
var libraries = []string{"libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"}

// find returns the first driver that can be loaded. The error says what was tried,
// and what a container lacks.
func find(load func(name string) (Driver, error)) (Driver, error) {
	var tried []string
	for _, name := range libraries {
		drv, err := load(name)
		if err == nil {
			return drv, nil
		}
		tried = append(tried, err.Error())
	}
	hint := "install NVIDIA's driver; nvidia-smi must work"
	if exists(nodes[0]) {
		hint = "the GPU is here (" + nodes[0] + ") but not its library: a container needs NVIDIA_DRIVER_CAPABILITIES=compute,utility"
	}
	return nil, fmt.Errorf("cuda: no driver: %s; %s", strings.Join(tried, "; "), hint)
}

// nodes are the files through which the driver reaches a GPU: on Linux, and below
// Windows.
var nodes = [...]string{"/dev/nvidiactl", "/dev/dxg"}

// exists reports whether a file is there. Tests put another function here.
var exists = func(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// withoutNodes is the detail of a driver that finds no GPU: whether this is a
// container that was given none.
func withoutNodes() string {
	for _, path := range nodes {
		if exists(path) {
			return ""
		}
	}
	return "there is no " + nodes[0] + ": start a container with --gpus all, or load the kernel's module with nvidia-modprobe"
}
