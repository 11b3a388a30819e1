package png

import (
	"errors"
	"hash"
	"hash/adler32"
	"math/bits"
)

// maxMatch is the longest match in bytes.
const maxMatch = 258

// window is how far back a match may reach (RFC 1951).
const window = 1 << 15

var errInflate = errors.New("broken data stream")

// ended says why inflater.fill returned.
type ended int

const (
	full    ended = iota // the output is full
	starved              // the input is used up
	last                 // the stream's end and its checksum were read
)

// state is where an inflater goes on.
type state int

const (
	atHeader state = iota
	atBlock
	atStored
	atSymbol
	atLiteral
	atMatch
	atEnd
)

// inflater unpacks a zlib stream (RFC 1950, RFC 1951) in calls of fill, each of
// which stops where a call of zlib's inflate would: after filling its output it
// has already read the next symbol. The input comes in parts, and a part that
// is used up ends a call, too.
type inflater struct {
	data  []byte // all parts
	limit int    // where the current part ends
	mark
	dry bool // zlib has taken the last byte of the part

	lit     huffman
	dist    huffman
	literal byte
	length  int // what is left of a match or a stored block
	back    int // distance of the match

	past  []byte // the last bytes of output, at most four times the window
	check hash.Hash32
}

// mark is a place in the input to which an inflater can return.
type mark struct {
	state state
	at    int    // the next byte
	hold  uint64 // bits read and not used yet, the next one lowest
	nbits uint
	final bool // this block is the last one
}

// newInflater makes an inflater of data that it gets by calls of extend.
func newInflater(data []byte) *inflater {
	return &inflater{data: data, check: adler32.New()}
}

// extend gives the inflater the input up to limit.
func (z *inflater) extend(limit int) { z.limit, z.dry = limit, false }

// more says whether zlib would have input left: a byte none of whose bits were
// needed yet.
func (z *inflater) more() bool { return !z.dry && z.limit-z.at+int(z.nbits/8) > 0 }

// need makes n bits available, n <= 32, and reports whether there are as many.
func (z *inflater) need(n uint) bool {
	if z.nbits < n {
		z.load()
	}
	z.dry = z.dry || z.nbits < n
	return z.nbits >= n
}

// load fills hold as far as the input goes, to 64 bits at most.
func (z *inflater) load() {
	for z.nbits <= 56 && z.at < z.limit {
		z.hold |= uint64(z.data[z.at]) << z.nbits
		z.at, z.nbits = z.at+1, z.nbits+8
	}
}

// take returns and drops n bits that need has made available.
func (z *inflater) take(n uint) int {
	v := z.hold & (1<<n - 1)
	z.hold, z.nbits = z.hold>>n, z.nbits-n
	return int(v)
}

// fill writes to dst and returns how much and why it stopped.
func (z *inflater) fill(dst []byte) (n int, why ended, err error) {
	for {
		before := z.mark
		begin := n
		ok, err := z.step(dst, &n)
		z.check.Write(dst[begin:n])
		switch {
		case err != nil:
			return n, full, err
		case z.state == atEnd:
			return n, last, nil
		case !ok && z.dry:
			// The step is done again when there is more input.
			if z.state != atStored {
				z.mark = before
			}
			return n, stop(n == len(dst)), nil
		case !ok:
			return n, full, nil
		}
	}
}

func stop(isFull bool) ended {
	if isFull {
		return full
	}
	return starved
}

// step takes one step. It reports false where the input is used up or dst is
// full.
func (z *inflater) step(dst []byte, n *int) (ok bool, err error) {
	switch z.state {
	case atHeader:
		return z.header()
	case atBlock:
		if z.final {
			z.take(z.nbits % 8)
			return z.finish()
		}
		return z.block()
	case atStored:
		if z.length == 0 {
			z.state = atBlock
			return true, nil
		}
		return z.stored(dst, n), nil
	case atLiteral:
		if *n == len(dst) {
			return false, nil
		}
		dst[*n] = z.literal
		z.record(dst[*n : *n+1])
		*n, z.state = *n+1, atSymbol
		return true, nil
	case atMatch:
		if *n == len(dst) {
			return false, nil
		}
		if z.back > len(z.past) || z.back > window {
			return false, errInflate
		}
		*n += z.copy(dst[*n:])
		return true, nil
	case atSymbol:
		if len(dst)-*n >= 2*maxMatch && z.limit-z.at >= 2*fastInput {
			// A step of its own: the next one may be taken back.
			if k := z.fast(dst[*n:]); k > 0 {
				*n += k
				return true, nil
			}
		}
		return z.symbol()
	}
	return false, nil
}

// header reads the two bytes of RFC 1950: deflate with a window of at most
// 32 KiB and no dictionary.
func (z *inflater) header() (bool, error) {
	if !z.need(16) {
		return false, nil
	}
	head := z.take(16)
	if (head<<8|head>>8)&0xffff%31 != 0 || head&0xf != 8 || head>>4&0xf > 7 || head&0x2000 != 0 {
		return false, errInflate
	}
	z.state = atBlock
	return true, nil
}

// stored copies a part of a stored block.
func (z *inflater) stored(dst []byte, n *int) bool {
	z.load()
	k := min(z.length, len(dst)-*n, z.limit-z.at+int(z.nbits/8))
	for i := range k {
		z.need(8)
		dst[*n+i] = byte(z.take(8))
	}
	z.record(dst[*n : *n+k])
	*n, z.length = *n+k, z.length-k
	if k == 0 {
		z.dry = z.limit == z.at && z.nbits < 8
	}
	return k > 0
}

// finish compares the checksum, if it is there.
func (z *inflater) finish() (bool, error) {
	if !z.need(32) {
		return false, nil
	}
	if sum := bits.ReverseBytes32(uint32(z.take(32))); sum != z.check.Sum32() {
		return false, errInflate
	}
	z.state = atEnd
	return true, nil
}

// record keeps output for matches to come.
func (z *inflater) record(p []byte) {
	if len(p) >= window {
		z.past = append(z.past[:0], p[len(p)-window:]...)
		return
	}
	z.slide(len(p))
	z.past = append(z.past, p...)
}

// slide makes room for n more bytes in past.
func (z *inflater) slide(n int) {
	if len(z.past)+n > 4*window {
		z.past = z.past[:copy(z.past, z.past[len(z.past)-window:])]
	}
}

// copy repeats earlier output, as far as dst has room.
func (z *inflater) copy(dst []byte) int {
	n := min(z.length, len(dst))
	z.slide(n)
	z.past = repeat(z.past, z.back, n)
	copy(dst, z.past[len(z.past)-n:])
	if z.length -= n; z.length == 0 {
		z.state = atSymbol
	}
	return n
}

// repeat appends n bytes from back bytes before the end on.
func repeat(past []byte, back, n int) []byte {
	from := len(past) - back
	if back >= n {
		return append(past, past[from:from+n]...)
	}
	for i := range n {
		past = append(past, past[from+i])
	}
	return past
}
