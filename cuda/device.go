package cuda

import (
	"fmt"
	"sync"
)

// Device is a GPU: its memory, its kernels, and what is queued for it. It is used
// by one goroutine at a time, like a tape; all calls of the driver are made by
// one thread of their own.
type Device struct {
	Info

	// Singly launches kernels one by one, without graphs: it is there to show what
	// graphs bring.
	Singly bool

	drv     Driver
	context Context
	stream  Stream
	modules map[string]Module
	kernels map[string]*kernel
	memory  arena
	queue   queue
	graphs  graphs
	blocks  map[Pointer]*block
	last    lastSplit
	err     error   // the first failure; nothing runs after it
	missing Pointer // allocations since then

	deadLock sync.Mutex
	dead     []Pointer // memory whose owner was collected
}

// Info says what a device is.
type Info struct {
	Ordinal         int    // among those that the driver shows
	Model           string // the GPU's name
	UUID            string
	Major, Minor    int // compute capability
	Multiprocessors int
	Memory          uint64 // bytes in all
	SharedOptin     int    // most bytes of shared memory of a block
	Driver          int    // 1000 major + 10 minor of the newest CUDA that the driver knows
}

// TensorCores reports whether products run on tensor cores, in halves of fp16;
// otherwise they are fp32 throughout.
func (i Info) TensorCores() bool { return i.Major >= 8 }

// String names device, number, memory and driver.
func (i Info) String() string {
	return fmt.Sprintf("cuda:%d %s (%s), compute capability %d.%d, %.1f GiB, driver for CUDA %d.%d",
		i.Ordinal, i.Model, i.UUID, i.Major, i.Minor, float64(i.Memory)/(1<<30), i.Driver/1000, i.Driver%1000/10)
}

// Arithmetic says how products are computed.
func (i Info) Arithmetic() string {
	how := "fp32"
	if i.TensorCores() {
		how = "fp16x2/fp16x3 on tensor cores, fp32 sums"
	}
	return fmt.Sprintf("cuda, compute capability %d.%d, %s", i.Major, i.Minor, how)
}

// oldestDriver is the CUDA version that the oldest PTX text here needs, and
// oldestMajor the compute capability.
const (
	oldestDriver       = 10020 // .version 6.5
	oldestTensorDriver = 11000 // .version 7.0
	oldestMajor        = 7
)

// Open starts the driver and takes a device, the first being 0. The error says
// what to do.
func Open(drv Driver, ordinal int) (d *Device, err error) {
	onThread(func() { d, err = open(drv, ordinal) })
	return d, err
}

func open(drv Driver, ordinal int) (*Device, error) {
	switch r := drv.Init(); r {
	case Success:
	case NoDevice, Unknown:
		return nil, &Error{"cuInit", r, withoutNodes()}
	default:
		return nil, check("cuInit", r)
	}
	count, r := drv.DeviceGetCount()
	if err := check("cuDeviceGetCount", r); err != nil {
		return nil, err
	}
	if count == 0 {
		return nil, &Error{"cuDeviceGetCount", NoDevice, withoutNodes()}
	}
	if ordinal < 0 || ordinal >= count {
		return nil, &Error{"cuDeviceGet", InvalidDevice, fmt.Sprintf("number %d of %d", ordinal, count)}
	}
	dev, r := drv.DeviceGet(ordinal)
	if err := check("cuDeviceGet", r); err != nil {
		return nil, err
	}
	d := &Device{drv: drv, modules: map[string]Module{}, kernels: map[string]*kernel{}, blocks: map[Pointer]*block{}}
	if err := d.describe(dev, ordinal); err != nil {
		return nil, err
	}
	need := oldestDriver
	if d.TensorCores() {
		need = oldestTensorDriver
	}
	if d.Driver < need {
		return nil, &Error{"cuDriverGetVersion", UnsupportedPTXVersion, fmt.Sprintf("it knows CUDA up to %d.%d; %s needs %d.%d", d.Driver/1000, d.Driver%1000/10, d.Model, need/1000, need%1000/10)}
	}
	if d.Major < oldestMajor {
		return nil, &Error{"cuDeviceGetAttribute", NoBinaryForGPU, fmt.Sprintf("%s has %d.%d", d.Model, d.Major, d.Minor)}
	}
	if d.context, r = drv.DevicePrimaryCtxRetain(dev); r != Success {
		return nil, check("cuDevicePrimaryCtxRetain", r)
	}
	if r = drv.CtxSetCurrent(d.context); r != Success {
		drv.DevicePrimaryCtxRelease(dev)
		return nil, check("cuCtxSetCurrent", r)
	}
	if d.stream, r = drv.StreamCreate(); r != Success {
		drv.DevicePrimaryCtxRelease(dev)
		return nil, check("cuStreamCreate", r)
	}
	d.memory.drv = drv
	return d, nil
}

// describe fills Info.
func (d *Device) describe(dev Ordinal, ordinal int) error {
	d.Ordinal = ordinal
	var r Result
	if d.Model, r = d.drv.DeviceGetName(dev); r != Success {
		return check("cuDeviceGetName", r)
	}
	uuid, r := d.drv.DeviceGetUUID(dev)
	if r != Success {
		return check("cuDeviceGetUuid", r)
	}
	d.UUID = fmt.Sprintf("GPU-%x-%x-%x-%x-%x", uuid[:4], uuid[4:6], uuid[6:8], uuid[8:10], uuid[10:])
	if d.Memory, r = d.drv.DeviceTotalMem(dev); r != Success {
		return check("cuDeviceTotalMem", r)
	}
	if d.Driver, r = d.drv.DriverGetVersion(); r != Success {
		return check("cuDriverGetVersion", r)
	}
	for a, to := range map[Attribute]*int{
		AttributeMajor: &d.Major, AttributeMinor: &d.Minor,
		AttributeMultiprocessors: &d.Multiprocessors, AttributeSharedOptin: &d.SharedOptin,
	} {
		if *to, r = d.drv.DeviceGetAttribute(a, dev); r != Success {
			return check("cuDeviceGetAttribute", r)
		}
	}
	return nil
}

// Fits reports whether a step that works in so many bytes fits into the memory
// that is free now, with a model of so many weights beside it. The error has the
// numbers.
func (d *Device) Fits(step, weights int64) error {
	room, err := d.Room(weights)
	if err != nil || step <= room {
		return err
	}
	return &Error{"cuMemGetInfo", OutOfMemory, fmt.Sprintf("a step takes about %d MiB, and beside the model's weights %d MiB of %d are free",
		step>>20, max(0, room)>>20, d.Memory>>20)}
}

// Room returns how many bytes a step may work in, with a model of so many weights
// on the device: what is free, less the weights and their halves for products in
// both directions.
func (d *Device) Room(weights int64) (bytes int64, err error) {
	each := int64(4)
	if d.TensorCores() {
		each += 2 * 4
	}
	free, err := d.FreeMemory()
	return int64(free) - each*weights, err
}

// FreeMemory returns the bytes of the device's memory that nobody uses.
func (d *Device) FreeMemory() (free uint64, err error) {
	onThread(func() {
		var r Result
		d.drv.CtxSetCurrent(d.context)
		free, _, r = d.drv.MemGetInfo()
		err = check("cuMemGetInfo", r)
	})
	return free, err
}

// Err returns the first failure of the device. Nothing runs after it, and what
// is downloaded is NaN.
func (d *Device) Err() error { return d.err }

// fail keeps the first failure.
func (d *Device) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// Close waits for what is queued and gives memory, kernels and the device back.
func (d *Device) Close() error {
	d.flush()
	onThread(func() {
		d.drv.CtxSetCurrent(d.context)
		d.graphs.drop(d.drv)
		d.memory.release()
		for _, m := range d.modules {
			d.drv.ModuleUnload(m)
		}
		d.drv.StreamDestroy(d.stream)
		d.drv.DevicePrimaryCtxRelease(Ordinal(d.Ordinal))
	})
	clear(d.modules)
	clear(d.kernels)
	clear(d.blocks)
	d.last = lastSplit{}
	return d.err
}
