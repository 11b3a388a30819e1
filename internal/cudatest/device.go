package cudatest

import (
	"frontdoor/cuda"
	"frontdoor/internal/ptx"
)

// Init starts the driver.
func (d *Driver) Init() cuda.Result {
	r, done := d.call("Init", false)
	defer done()
	d.ready = d.ready || r == cuda.Success
	return r
}

// DriverGetVersion returns Version.
func (d *Driver) DriverGetVersion() (int, cuda.Result) {
	r, done := d.call("DriverGetVersion", false)
	defer done()
	return d.Version, r
}

// DeviceGetCount returns Devices.
func (d *Driver) DeviceGetCount() (int, cuda.Result) {
	r, done := d.call("DeviceGetCount", false)
	defer done()
	return max(0, d.Devices), r
}

// DeviceGet returns a device.
func (d *Driver) DeviceGet(ordinal int) (cuda.Ordinal, cuda.Result) {
	r, done := d.call("DeviceGet", false)
	defer done()
	if r == cuda.Success && (ordinal < 0 || ordinal >= d.Devices) {
		r = cuda.InvalidDevice
	}
	return cuda.Ordinal(ordinal), r
}

// DeviceGetName returns a name.
func (d *Driver) DeviceGetName(cuda.Ordinal) (string, cuda.Result) {
	r, done := d.call("DeviceGetName", false)
	defer done()
	return "Imitation", r
}

// DeviceGetUUID returns a UUID.
func (d *Driver) DeviceGetUUID(o cuda.Ordinal) ([16]byte, cuda.Result) {
	r, done := d.call("DeviceGetUUID", false)
	defer done()
	return [16]byte{0xab, 15: byte(o)}, r
}

// DeviceGetAttribute returns what the fields say.
func (d *Driver) DeviceGetAttribute(a cuda.Attribute, _ cuda.Ordinal) (int, cuda.Result) {
	r, done := d.call("DeviceGetAttribute", false)
	defer done()
	switch a {
	case cuda.AttributeMajor:
		return d.Major, r
	case cuda.AttributeMinor:
		return d.Minor, r
	case cuda.AttributeMultiprocessors:
		return d.Processors, r
	case cuda.AttributeSharedOptin:
		return d.optin(), r
	}
	return 0, cuda.InvalidValue
}

// optin is the most shared memory that a block may ask for, by generation.
func (d *Driver) optin() int {
	switch {
	case d.Major >= 9 && d.Major < 12:
		return 227 << 10
	case d.Major == 8 && d.Minor == 0:
		return 163 << 10
	case d.Major >= 8:
		return 99 << 10
	case d.Minor == 5:
		return 64 << 10
	}
	return 96 << 10
}

// arch returns the tensor cores of the generation.
func (d *Driver) arch() ptx.Arch {
	switch {
	case d.Major >= 9:
		return ptx.Hopper
	case d.Major == 8:
		return ptx.Ampere
	}
	return ptx.Volta
}

// DeviceTotalMem returns Memory.
func (d *Driver) DeviceTotalMem(cuda.Ordinal) (uint64, cuda.Result) {
	r, done := d.call("DeviceTotalMem", false)
	defer done()
	return d.Memory, r
}

// DevicePrimaryCtxRetain returns the context.
func (d *Driver) DevicePrimaryCtxRetain(cuda.Ordinal) (cuda.Context, cuda.Result) {
	r, done := d.call("DevicePrimaryCtxRetain", false)
	defer done()
	if r == cuda.Success {
		d.retained++
		d.machine.Arch, d.machine.Seed = d.arch(), d.Seed
	}
	return 1, r
}

// DevicePrimaryCtxRelease gives it back.
func (d *Driver) DevicePrimaryCtxRelease(cuda.Ordinal) cuda.Result {
	r, done := d.call("DevicePrimaryCtxRelease", false)
	defer done()
	if r == cuda.Success {
		d.retained--
	}
	return r
}

// CtxSetCurrent makes the context that of this thread.
func (d *Driver) CtxSetCurrent(c cuda.Context) cuda.Result {
	r, done := d.call("CtxSetCurrent", false)
	defer done()
	if r == cuda.Success {
		d.contexts[d.thread()] = c
	}
	return r
}
