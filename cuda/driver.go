package cuda

// Driver is what of NVIDIA's driver API this package uses, call by call: each
// method is the function cu… of its name, with Go's types. It exists twice: the
// driver itself (build tag cuda, see driver_purego.go) and an imitation for tests
// that runs kernels on the CPU.
//
// A driver keeps a current context for each thread, so all calls come from one.
type Driver interface {
	Init() Result
	DriverGetVersion() (int, Result) // 1000 major + 10 minor of the newest CUDA it knows
	DeviceGetCount() (int, Result)
	DeviceGet(ordinal int) (Ordinal, Result)
	DeviceGetName(Ordinal) (string, Result)
	DeviceGetUUID(Ordinal) ([16]byte, Result)
	DeviceGetAttribute(Attribute, Ordinal) (int, Result)
	DeviceTotalMem(Ordinal) (uint64, Result)
	DevicePrimaryCtxRetain(Ordinal) (Context, Result)
	DevicePrimaryCtxRelease(Ordinal) Result
	CtxSetCurrent(Context) Result
	ModuleLoadData(ptx string) (Module, string, Result) // the text is what the compiler logged
	ModuleUnload(Module) Result
	ModuleGetFunction(Module, string) (Function, Result)
	FuncSetAttribute(Function, FunctionAttribute, int) Result
	MemGetInfo() (free, total uint64, r Result)
	MemAlloc(bytes uint64) (Pointer, Result)
	MemFree(Pointer) Result
	MemcpyHtoDAsync(Pointer, []byte, Stream) Result
	MemcpyDtoHAsync([]byte, Pointer, Stream) Result
	StreamCreate() (Stream, Result)
	StreamSynchronize(Stream) Result
	StreamDestroy(Stream) Result
	LaunchKernel(*Launch, Stream) Result
	GraphCreate() (Graph, Result)
	GraphAddKernelNode(g Graph, after Node, l *Launch) (Node, Result) // after 0: the first
	GraphInstantiate(Graph) (GraphExec, Result)
	GraphLaunch(GraphExec, Stream) Result
	GraphExecDestroy(GraphExec) Result
	GraphDestroy(Graph) Result
}

// Handles of the driver. All but Ordinal and Pointer are opaque.
type (
	Ordinal   int32  // a device
	Pointer   uint64 // an address in its memory
	Context   uintptr
	Module    uintptr
	Function  uintptr
	Stream    uintptr
	Graph     uintptr
	Node      uintptr
	GraphExec uintptr
)

// Launch is one execution of a kernel.
type Launch struct {
	Function Function
	Grid     [3]uint32 // blocks
	Threads  uint32    // of a block
	Shared   uint32    // bytes of dynamic shared memory
	Params   []byte    // the kernel's parameters, laid out as PTX does
}

// Attribute is a property of a device, numbered as in the driver.
type Attribute int32

// The attributes that are asked for.
const (
	AttributeMultiprocessors Attribute = 16
	AttributeMajor           Attribute = 75
	AttributeMinor           Attribute = 76
	AttributeSharedOptin     Attribute = 97 // most bytes of shared memory of a block
)

// FunctionAttribute is a property of a kernel.
type FunctionAttribute int32

// FunctionDynamicShared is how much dynamic shared memory a kernel may use.
const FunctionDynamicShared FunctionAttribute = 8
