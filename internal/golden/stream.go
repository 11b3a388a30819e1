package golden

import (
	"encoding/binary"
	"hash/crc32"
	"math"
)

// Stream returns the first n numbers of a name's sequence, in [-1/2, 1/2): the
// generator of the golden files of methods, a linear congruence started at the
// name's 32-bit FNV-1a hash.
func Stream(name string, n int) []float64 {
	h := uint32(2166136261)
	for _, b := range []byte(name) {
		h = (h ^ uint32(b)) * 16777619
	}
	out := make([]float64, n)
	for i := range out {
		h = h*1664525 + 1013904223
		out[i] = float64(h)/(1<<32) - 0.5
	}
	return out
}

// FewShot are the cached features of a made-up few-shot task: raw features
// [·, D] of N classes, sample i having label i mod N.
type FewShot struct {
	Prefix, Space string // before every name of a sequence
	N, S, D       int    // classes, images a class, width
	R             int    // views
	V, T          int    // validation and test images a class
}

// name returns the name of one of the task's sequences.
func (f FewShot) name(s string) string { return f.Prefix + f.Space + "/" + s }

// feature fills out with a sample's feature: the common direction, its class's, and
// noise, times a gain. Products are rounded before they are added.
func feature(out []float32, common, class []float64, gain float64, noise ...[]float64) {
	for d := range out {
		v := common[d] + float64(0.5*class[d])
		for _, n := range noise {
			v += n[d]
		}
		out[d] = float32(gain * v)
	}
}

func scaled(f float64, x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(f * v)
	}
	return out
}

// Train returns the R views of the training features, each [N·S, D].
func (f FewShot) Train() [][]float32 {
	b, d := f.N*f.S, f.D
	common, class := Stream(f.name("common"), d), Stream(f.name("class"), f.N*d)
	own, aug := scaled(0.8, Stream(f.name("train"), b*d)), scaled(0.4, Stream(f.name("aug"), f.R*b*d))
	gain := scaled(4, Stream(f.name("gain"), f.R*b))
	views := make([][]float32, f.R)
	for r := range views {
		views[r] = make([]float32, b*d)
		for i := range b {
			k, at := i%f.N, r*b+i
			feature(views[r][i*d:(i+1)*d], common, class[k*d:(k+1)*d], 5+gain[at], own[i*d:(i+1)*d], aug[at*d:(at+1)*d])
		}
	}
	return views
}

// Held returns validation ("val") or test ("test") features [N·perClass, D].
func (f FewShot) Held(part string, perClass int) []float32 {
	b, d := f.N*perClass, f.D
	common, class := Stream(f.name("common"), d), Stream(f.name("class"), f.N*d)
	own, gain := scaled(0.9, Stream(f.name(part), b*d)), scaled(4, Stream(f.name(part+"gain"), b))
	out := make([]float32, b*d)
	for i := range b {
		k := i % f.N
		feature(out[i*d:(i+1)*d], common, class[k*d:(k+1)*d], 5+gain[i], own[i*d:(i+1)*d])
	}
	return out
}

// Text returns the raw text features [N, D].
func (f FewShot) Text() []float32 {
	d := f.D
	common, class := Stream(f.name("textcommon"), d), Stream(f.name("class"), f.N*d)
	own, gain := scaled(0.6, Stream(f.name("text"), f.N*d)), scaled(2, Stream(f.name("textgain"), f.N))
	out := make([]float32, f.N*d)
	for k := range f.N {
		feature(out[k*d:(k+1)*d], common, class[k*d:(k+1)*d], 8+gain[k], own[k*d:(k+1)*d])
	}
	return out
}

// Labels returns the labels of n samples a class.
func (f FewShot) Labels(n int) []int {
	out := make([]int, f.N*n)
	for i := range out {
		out[i] = i % f.N
	}
	return out
}

// CRC returns the IEEE CRC-32 of the little-endian bytes of float32s.
func CRC(parts ...[]float32) uint32 {
	sum := crc32.NewIEEE()
	var buf []byte
	for _, p := range parts {
		buf = buf[:0]
		for _, v := range p {
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
		}
		sum.Write(buf)
	}
	return sum.Sum32()
}
