package cuda

import (
	"fmt"
	"strings"

	"frontdoor/internal/setting"
)

// Result is the driver's answer to a call, 0 if it went well.
type Result int32

// Results that this package knows by name.
const (
	Success               Result = 0
	InvalidValue          Result = 1
	OutOfMemory           Result = 2
	NotInitialized        Result = 3
	StubLibrary           Result = 34
	NoDevice              Result = 100
	InvalidDevice         Result = 101
	InvalidImage          Result = 200
	InvalidContext        Result = 201
	NoBinaryForGPU        Result = 209
	ECCUncorrectable      Result = 214
	InvalidPTX            Result = 218
	UnsupportedPTXVersion Result = 222
	NotFound              Result = 500
	IllegalAddress        Result = 700
	LaunchOutOfResources  Result = 701
	LaunchTimeout         Result = 702
	MisalignedAddress     Result = 716
	LaunchFailed          Result = 719
	NotPermitted          Result = 800
	NotSupported          Result = 801
	SystemNotReady        Result = 802
	DriverMismatch        Result = 803
	CompatNotSupported    Result = 804
	Unknown               Result = 999
)

// advice is what an error means, in one sentence, and what to do about it, with
// settings as package setting has them.
type advice struct{ name, means, do string }

// advices holds the results that a user can do something about.
var advices = map[Result]advice{
	InvalidValue:          {"CUDA_ERROR_INVALID_VALUE", "the driver was given an argument that it does not take", "report this with the output of nvidia-smi"},
	OutOfMemory:           {"CUDA_ERROR_OUT_OF_MEMORY", "the GPU's memory is full", "see who uses it with nvidia-smi, make {batch} smaller, or use {device} cpu"},
	NotInitialized:        {"CUDA_ERROR_NOT_INITIALIZED", "the driver has not been started", "report this with the output of nvidia-smi"},
	StubLibrary:           {"CUDA_ERROR_STUB_LIBRARY", "the library found is the toolkit's stub for linking, not the driver's", "take the folder stubs out of LD_LIBRARY_PATH"},
	NoDevice:              {"CUDA_ERROR_NO_DEVICE", "the driver shows no GPU", "run nvidia-smi -L, and look whether CUDA_VISIBLE_DEVICES hides them"},
	InvalidDevice:         {"CUDA_ERROR_INVALID_DEVICE", "the driver shows no GPU of that number", "run nvidia-smi -L, and count from 0 what CUDA_VISIBLE_DEVICES leaves"},
	InvalidImage:          {"CUDA_ERROR_INVALID_IMAGE", "the driver does not take the kernels for code", "update the driver: nvidia-smi shows its version"},
	InvalidContext:        {"CUDA_ERROR_INVALID_CONTEXT", "the call came from a thread without the device", "report this with the output of nvidia-smi"},
	NoBinaryForGPU:        {"CUDA_ERROR_NO_BINARY_FOR_GPU", "the GPU is older than the kernels, which want compute capability 7.0", "use {device} cpu"},
	ECCUncorrectable:      {"CUDA_ERROR_ECC_UNCORRECTABLE", "the GPU's memory had an error that it cannot mend", "reset the GPU: nvidia-smi --gpu-reset, or restart"},
	InvalidPTX:            {"CUDA_ERROR_INVALID_PTX", "the driver's compiler refuses the kernels", "update the driver: nvidia-smi shows its version"},
	UnsupportedPTXVersion: {"CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "the driver is older than the kernels, which want CUDA 11.0", "update the driver: nvidia-smi shows its version"},
	NotFound:              {"CUDA_ERROR_NOT_FOUND", "the driver lacks what was asked for", "update the driver: nvidia-smi shows its version"},
	IllegalAddress:        {"CUDA_ERROR_ILLEGAL_ADDRESS", "a kernel left its memory, or the GPU is faulty", "run compute-sanitizer on the command and report what it says"},
	LaunchOutOfResources:  {"CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "a kernel wants more registers or shared memory than the GPU has", "report this with the output of nvidia-smi"},
	LaunchTimeout:         {"CUDA_ERROR_LAUNCH_TIMEOUT", "a kernel took longer than a GPU that drives a display allows", "make {batch} smaller, or take a GPU without a display"},
	MisalignedAddress:     {"CUDA_ERROR_MISALIGNED_ADDRESS", "a kernel read across its alignment", "run compute-sanitizer on the command and report what it says"},
	LaunchFailed:          {"CUDA_ERROR_LAUNCH_FAILED", "a kernel failed", "run compute-sanitizer on the command and report what it says"},
	NotPermitted:          {"CUDA_ERROR_NOT_PERMITTED", "this user may not use the GPU", "look at the permissions of /dev/nvidia*"},
	NotSupported:          {"CUDA_ERROR_NOT_SUPPORTED", "the driver cannot do this on this system", "update the driver: nvidia-smi shows its version"},
	SystemNotReady:        {"CUDA_ERROR_SYSTEM_NOT_READY", "the fabric manager of this system does not run", "systemctl start nvidia-fabricmanager"},
	DriverMismatch:        {"CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "the driver's library and its kernel module have different versions", "restart the machine; nvidia-smi shows both versions"},
	CompatNotSupported:    {"CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE", "the compatibility library in LD_LIBRARY_PATH does not work with this GPU", "take /usr/local/cuda/compat out of LD_LIBRARY_PATH"},
	Unknown:               {"CUDA_ERROR_UNKNOWN", "the driver is in a bad state, as after a suspend or without /dev/nvidia-uvm", "nvidia-modprobe -u -c=0, or: rmmod nvidia_uvm; modprobe nvidia_uvm"},
}

// Error is a call of the driver that failed.
type Error struct {
	Call   string // such as "cuInit"
	Result Result
	Detail string // the compiler's log, sizes and the like
}

// Error says which call failed, what that means, and what to do.
func (e *Error) Error() string { return e.text(setting.InWords) }

// Flags is Error with the flags of commands in the place of settings.
func (e *Error) Flags() string { return e.text(setting.InFlags) }

func (e *Error) text(spelled func(string) string) string {
	a, known := advices[e.Result]
	if !known {
		a = advice{"CUDA error", "the driver gives no reason that is known here", "look the number up in NVIDIA's list of CUresult"}
	}
	s := fmt.Sprintf("cuda: %s: %s (%d): %s", e.Call, a.name, e.Result, a.means)
	if e.Detail != "" {
		s += " (" + strings.TrimSpace(e.Detail) + ")"
	}
	return s + "; " + spelled(a.do)
}

// check turns a result into an error.
func check(call string, r Result) error {
	if r == Success {
		return nil
	}
	return &Error{Call: call, Result: r}
}
