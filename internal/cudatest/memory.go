package cudatest

import "frontdoor/cuda"

// MemGetInfo returns what is left of Memory.
func (d *Driver) MemGetInfo() (free, total uint64, r cuda.Result) {
	r, done := d.call("MemGetInfo", true)
	defer done()
	return d.Memory - d.machine.Memory.Used(), d.Memory, r
}

// MemAlloc takes from Memory.
func (d *Driver) MemAlloc(n uint64) (cuda.Pointer, cuda.Result) {
	r, done := d.call("MemAlloc", true)
	defer done()
	switch {
	case r != cuda.Success:
		return 0, r
	case n == 0:
		return 0, cuda.InvalidValue
	case d.machine.Memory.Used()+n > d.Memory:
		return 0, cuda.OutOfMemory
	}
	p := cuda.Pointer(d.machine.Memory.Alloc(int(n)))
	d.sizes[p] = n
	return p, cuda.Success
}

// MemFree gives memory back.
func (d *Driver) MemFree(p cuda.Pointer) cuda.Result {
	r, done := d.call("MemFree", true)
	defer done()
	if r == cuda.Success {
		if d.machine.Memory.Free(uint64(p)) != nil {
			return cuda.InvalidValue
		}
		delete(d.sizes, p)
	}
	return r
}

// MemcpyHtoDAsync copies at once.
func (d *Driver) MemcpyHtoDAsync(p cuda.Pointer, data []byte, s cuda.Stream) cuda.Result {
	r, done := d.call("MemcpyHtoDAsync", true)
	defer done()
	if r == cuda.Success && (!d.streams[s] || d.machine.Memory.Write(uint64(p), data) != nil) {
		r = cuda.InvalidValue
	}
	return r
}

// MemcpyDtoHAsync copies at once. Memory that nobody has written is refused.
func (d *Driver) MemcpyDtoHAsync(data []byte, p cuda.Pointer, s cuda.Stream) cuda.Result {
	r, done := d.call("MemcpyDtoHAsync", true)
	defer done()
	if r == cuda.Success && (!d.streams[s] || d.machine.Memory.Read(uint64(p), data) != nil) {
		r = cuda.InvalidValue
	}
	return r
}
