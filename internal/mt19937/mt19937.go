package mt19937

const (
	stateLen = 624
	middle   = 397
)

// generator is the Mersenne Twister: a stream of uniform 32-bit numbers. The zero
// value is not seeded; use seed or seedArray.
type generator struct {
	state [stateLen]uint32
	next  int
}

// seed seeds the generator with one word.
func (m *generator) seed(seed uint32) {
	m.state[0] = seed
	for i := 1; i < stateLen; i++ {
		p := m.state[i-1]
		m.state[i] = 1812433253*(p^p>>30) + uint32(i)
	}
	m.next = stateLen
}

// seedArray seeds the generator with a key of one or more words. It panics
// if the key is empty.
func (m *generator) seedArray(key []uint32) {
	if len(key) == 0 {
		panic("mt19937.seedArray: empty key")
	}
	m.seed(19650218)
	s := &m.state
	i, j := 1, 0
	step := func() { // i walks over 1..623 for ever, carrying the last word
		if i++; i == stateLen {
			s[0], i = s[stateLen-1], 1
		}
	}
	for range max(stateLen, len(key)) {
		p := s[i-1]
		s[i] = (s[i] ^ (p^p>>30)*1664525) + key[j] + uint32(j)
		j = (j + 1) % len(key)
		step()
	}
	for range stateLen - 1 {
		p := s[i-1]
		s[i] = (s[i] ^ (p^p>>30)*1566083941) - uint32(i)
		step()
	}
	s[0] = 1 << 31 // the state is never all zeros
}

// uint32 returns the next number.
func (m *generator) uint32() uint32 {
	if m.next == stateLen {
		m.twist()
	}
	y := m.state[m.next]
	m.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// skip passes over n numbers, which is faster than drawing them.
func (m *generator) skip(n uint64) {
	for n > 0 {
		if m.next == stateLen {
			m.twist()
		}
		k := min(n, uint64(stateLen-m.next))
		m.next += int(k)
		n -= k
	}
}

// twist replaces the whole state.
func (m *generator) twist() {
	s := &m.state
	for i := range stateLen - middle {
		s[i] = s[i+middle] ^ mix(s[i], s[i+1])
	}
	for i := stateLen - middle; i < stateLen-1; i++ {
		s[i] = s[i+middle-stateLen] ^ mix(s[i], s[i+1])
	}
	s[stateLen-1] = s[middle-1] ^ mix(s[stateLen-1], s[0])
	m.next = 0
}

// mix joins the top bit of one word and the rest of the next.
func mix(a, b uint32) uint32 {
	y := a&0x80000000 | b&0x7fffffff
	return y>>1 ^ -(y&1)&0x9908b0df
}
