package cuda

import (
	"math"
	"unsafe"
)

// allocate returns room for n floats, or an address that nothing uses after a
// failure. When the device is full, what the arena keeps is given back before the
// last try.
func (d *Device) allocate(n int) (p Pointer) {
	defer func() {
		if d.err != nil {
			d.missing++
			p = nowhere + d.missing
		}
	}()
	if d.err != nil {
		return 0
	}
	bytes := max(uint64(n)*4, leastBytes)
	if p = d.memory.reuse(bytes); p != 0 {
		return p
	}
	onThread(func() {
		d.drv.CtxSetCurrent(d.context)
		var err error
		if p, err = d.memory.get(bytes); err == nil {
			return
		}
		if d.memory.kept == 0 {
			d.fail(err)
			return
		}
		d.graphs.drop(d.drv)
		d.drv.StreamSynchronize(d.stream)
		d.memory.trim()
		if p, err = d.memory.get(bytes); err != nil {
			d.fail(err)
		}
	})
	return p
}

// nowhere is the first of the addresses that stand for memory after a failure, a
// different one each time, since their owners tell memory apart by them.
const nowhere Pointer = 1 << 60

// release takes memory of allocate back. Launches that are queued may still use
// it: whatever is queued later runs after them.
func (d *Device) release(p Pointer) {
	if p != 0 && p < nowhere {
		d.memory.put(p)
	}
}

// upload copies data to the device, after all that is queued.
func (d *Device) upload(p Pointer, data []byte) {
	if d.flush(); d.err != nil || len(data) == 0 {
		return
	}
	onThread(func() {
		d.drv.CtxSetCurrent(d.context)
		if r := d.drv.MemcpyHtoDAsync(p, data, d.stream); r != Success {
			d.fail(check("cuMemcpyHtoDAsync", r))
		}
	})
}

// download copies floats from the device when all that is queued has run. After
// a failure they are NaN.
func (d *Device) download(data []float32, p Pointer) {
	if len(data) == 0 {
		return
	}
	d.flush()
	if d.err == nil {
		onThread(func() {
			d.drv.CtxSetCurrent(d.context)
			r := d.drv.MemcpyDtoHAsync(bytesOf(data), p, d.stream)
			if r != Success {
				d.fail(check("cuMemcpyDtoHAsync", r))
			} else if r = d.drv.StreamSynchronize(d.stream); r != Success {
				d.fail(check("cuStreamSynchronize", r))
			}
		})
	}
	if d.err != nil {
		for i := range data {
			data[i] = float32(math.NaN())
		}
	}
}

// bytesOf returns the memory of numbers of four bytes.
func bytesOf[T float32 | uint32 | int32](x []T) []byte {
	if len(x) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), 4*len(x))
}
