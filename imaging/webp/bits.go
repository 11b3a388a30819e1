package webp

import "encoding/binary"

// bitReader reads bits of a lossless stream, the lowest of each byte first, from
// a window of eight bytes. What it gives at the end of the data follows
// libwebp's, because damaged files are read as far as libwebp reads them: a
// window that is not full ends in zeros, a symbol that begins where the window
// ends takes its first bits again, and the end counts as passed only once more
// bits were taken than the window has.
type bitReader struct {
	data   []byte
	window uint64
	next   int  // how many bytes the window has taken
	at     uint // bits of the window that are read
	ended  bool // more was read than there is
}

const windowBits = 64

func newBitReader(data []byte) bitReader {
	r := bitReader{data: data, next: min(len(data), windowBits/8)}
	for i, b := range data[:r.next] {
		r.window |= uint64(b) << (8 * i)
	}
	return r
}

// peek returns the next 32 bits.
func (r *bitReader) peek() uint32 { return uint32(r.window >> (r.at % windowBits)) }

// passed says whether bits were read that are not there.
func (r *bitReader) passed() bool {
	return r.ended || r.next == len(r.data) && r.at > windowBits
}

// fill makes room for two symbols.
func (r *bitReader) fill() {
	if r.at < windowBits/2 {
		return
	}
	if r.next+8 < len(r.data) {
		r.window = r.window>>32 | uint64(binary.LittleEndian.Uint32(r.data[r.next:]))<<32
		r.next, r.at = r.next+4, r.at-32
		return
	}
	r.shift()
}

// shift takes in as many bytes as were read.
func (r *bitReader) shift() {
	for r.at >= 8 && r.next < len(r.data) {
		r.window = r.window>>8 | uint64(r.data[r.next])<<(windowBits-8)
		r.next++
		r.at -= 8
	}
	if r.passed() {
		r.ended, r.at = true, 0
	}
}

// bits reads a number of n bits, at most 24; 0 behind the end.
func (r *bitReader) bits(n uint) int {
	if r.ended {
		r.at = 0
		return 0
	}
	v := r.peek() & (1<<n - 1)
	r.at += n
	r.shift()
	return int(v)
}

func (r *bitReader) bit() bool { return r.bits(1) != 0 }
