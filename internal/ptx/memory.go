package ptx

import (
	"fmt"
	"slices"
	"sort"
)

// Memory is the global memory of a device. Addresses are never reused, and
// between two allocations lies room that belongs to neither, so that a kernel
// that runs past the end of one is caught.
type Memory struct {
	regions []*region // by base
	next    uint64
	used    uint64
	last    *region // the one that was found last
}

const (
	firstAddress = 0x7f_0000_0000
	guardBytes   = 1 << 12
	cell         = 4 // bytes that share a shadow
)

// region is an allocation, or the shared memory of a block.
type region struct {
	base   uint64
	data   []byte
	shadow []shadow // one for each cell, made when a kernel first comes
	filled []bool   // which cells hold something; nil if all do
	epoch  uint32   // of shared memory: the block whose it is
}

// shadow is what is known about a cell: who wrote it last, who has read it
// since, and in which launch, or block if the memory is shared.
type shadow struct {
	epoch       uint32
	flight      bool // the target of a copy that has not landed
	write, read access
}

// Alloc returns the address of n bytes whose contents are undefined.
func (m *Memory) Alloc(n int) uint64 {
	if m.next == 0 {
		m.next = firstAddress
	}
	r := &region{base: m.next, data: make([]byte, n), filled: make([]bool, (n+cell-1)/cell)}
	for i := range r.data {
		r.data[i] = 0xff // NaN
	}
	m.regions = append(m.regions, r)
	m.next += (uint64(n)+guardBytes+255)&^255 + 256
	m.used += uint64(n)
	return r.base
}

// Free gives an allocation back. It is an error if there is none at the address.
func (m *Memory) Free(address uint64) error {
	i := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].base >= address })
	if i == len(m.regions) || m.regions[i].base != address {
		return fmt.Errorf("ptx: no allocation begins at %#x", address)
	}
	m.used -= uint64(len(m.regions[i].data))
	m.regions = slices.Delete(m.regions, i, i+1)
	m.last = nil
	return nil
}

// Used returns the bytes that are allocated.
func (m *Memory) Used() uint64 { return m.used }

// Write copies p to an address, and Read fills p from there.
func (m *Memory) Write(address uint64, p []byte) error {
	r, at, err := m.find(address, len(p))
	if err != nil {
		return err
	}
	copy(r.data[at:], p)
	r.fill(at, len(p))
	return nil
}

// Read fills p. It is an error to read what nobody has written.
func (m *Memory) Read(address uint64, p []byte) error {
	r, at, err := m.find(address, len(p))
	if err != nil {
		return err
	}
	if i := r.unfilled(at, len(p)); i >= 0 {
		return fmt.Errorf("ptx: %d bytes at %#x are read; nobody wrote those from %#x", len(p), address, r.base+uint64(i))
	}
	copy(p, r.data[at:])
	return nil
}

// find returns the region that holds n bytes from an address, and where in it.
func (m *Memory) find(address uint64, n int) (*region, int, error) {
	r := m.last
	if r == nil || address < r.base || address-r.base >= uint64(len(r.data)) {
		i := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].base > address }) - 1
		if i < 0 {
			return nil, 0, fmt.Errorf("nothing is allocated at %#x", address)
		}
		r = m.regions[i]
		m.last = r
	}
	if at := address - r.base; at+uint64(n) <= uint64(len(r.data)) {
		return r, int(at), nil
	}
	return nil, 0, fmt.Errorf("%d bytes at %#x, which lies %d bytes behind the end of an allocation of %d",
		n, address, int64(address-r.base)+int64(n)-int64(len(r.data)), len(r.data))
}

func (r *region) fill(at, n int) {
	if r.filled == nil {
		return
	}
	for i := at / cell; i <= (at+n-1)/cell && n > 0; i++ {
		r.filled[i] = true
	}
}

// unfilled returns where in n bytes nobody has written, or -1.
func (r *region) unfilled(at, n int) int {
	if r.filled == nil || n == 0 {
		return -1
	}
	for i := at / cell; i <= (at+n-1)/cell; i++ {
		if !r.filled[i] {
			return i * cell
		}
	}
	return -1
}

// clear makes a block's shared memory fresh. What it held stays, but a read of
// what was not written again is a fault.
func (r *region) clear(n int) {
	cells := (n + cell - 1) / cell
	if cap(r.data) < n {
		r.data = make([]byte, n)
		r.filled = make([]bool, cells)
		r.shadow = make([]shadow, cells)
	}
	r.data, r.filled, r.shadow = r.data[:n], r.filled[:cells], r.shadow[:cells]
	clear(r.filled)
	r.epoch++
}
