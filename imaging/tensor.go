package imaging

import "fmt"

// Mean and Std are the channel statistics, red, green and blue, that CLIP's
// image tower expects its input to be normalised with.
var (
	Mean = [3]float32{0.48145466, 0.4578275, 0.40821073}
	Std  = [3]float32{0.26862954, 0.26130258, 0.27577711}
)

// Unit as a mean and UnitStd as a deviation leave the pixels in 0..1: the form
// in which augmentations work, before Normalize.
var (
	Unit    = [3]float32{0, 0, 0}
	UnitStd = [3]float32{1, 1, 1}
)

// CHW writes the image to dst as a tensor [3, H, W]: channel c of a pixel v
// becomes (v/255 - mean[c]) / std[c], in float32. It panics if dst does not
// hold 3*H*W values.
func (im *Image) CHW(dst []float32, mean, std [3]float32) {
	im.must("CHW")
	n := im.W * im.H
	if len(dst) != 3*n {
		panic(fmt.Sprintf("imaging.CHW: dst has %d values, the image [3, %d, %d] needs %d", len(dst), im.H, im.W, 3*n))
	}
	for c := range 3 {
		// A byte has 256 values: the two divisions are done once for each.
		var table [256]float32
		for v := range table {
			table[v] = (float32(v)/255 - mean[c]) / std[c]
		}
		plane := dst[c*n : (c+1)*n]
		src := im.Pix[c:]
		for i := range plane {
			plane[i] = table[src[3*i]]
		}
	}
}

// Normalize replaces each value x of channel c of a tensor [3, H, W] by
// (x - mean[c]) / std[c], in place. It panics if the length is not a multiple
// of 3.
func Normalize(chw []float32, mean, std [3]float32) {
	if len(chw)%3 != 0 {
		panic(fmt.Sprintf("imaging.Normalize: %d values are not a tensor [3, H, W]", len(chw)))
	}
	n := len(chw) / 3
	for c := range 3 {
		m, s := mean[c], std[c]
		for i, x := range chw[c*n : (c+1)*n] {
			chw[c*n+i] = (x - m) / s
		}
	}
}
