package torchorder

// Tower sizes one tower of a CLIP.
type Tower struct{ Width, Layers int }

// Sizes are the sizes of a CLIP that its construction depends on.
type Sizes struct {
	Vision, Text         Tower
	Patch, Tokens        int // patch side; class token and patches
	Context, Vocab, Join int // text positions, token ids, width of the joint embedding
}

// block is the number of draws that constructing one residual block takes:
// in_proj by Xavier's rule, then out_proj, c_fc and c_proj with their biases.
func (t Tower) block() int {
	d := t.Width
	return 3*d*d + (d*d + d) + (4*d*d + 4*d) + (4*d*d + d)
}

// CLIPDraws is the number of 32-bit draws that constructing a CLIP takes from
// PyTorch's default generator, one for each number: layers first initialise
// themselves, then CLIP's own rules draw the text tower and the embeddings
// again. Every tensor is large enough that normal numbers take one draw each.
func CLIPDraws(s Sizes) int {
	v, t := s.Vision, s.Text
	vision := v.Width*3*s.Patch*s.Patch + v.Width + s.Tokens*v.Width + v.Width*s.Join + v.Layers*v.block()
	text := t.Layers*t.block() + s.Vocab*t.Width
	again := s.Vocab*t.Width + s.Context*t.Width + t.Layers*12*t.Width*t.Width + t.Width*s.Join
	return vision + text + again
}

// CoCoOpDraws is what CoCoOp's meta-net takes besides.
func CoCoOpDraws(s Sizes) int {
	e, d, hidden := s.Join, s.Text.Width, s.Join/16
	return e*hidden + hidden + hidden*d + d
}

// MaPLeDraws is what MaPLe with n tokens in depth blocks takes besides: the
// shared projection, the deeper tokens, and one projection that is copied to
// all deeper blocks. Its first tokens are words.
func MaPLeDraws(s Sizes, n, depth int) int {
	projection := s.Vision.Width*s.Text.Width + s.Vision.Width
	if depth < 2 {
		return projection
	}
	return projection + (depth-1)*n*s.Text.Width + projection
}

// IndependentDraws is what independent prompts take besides: all vision tokens,
// and the text tokens behind the first block, whose tokens are words. A depth
// of 0 means none.
func IndependentDraws(s Sizes, textTokens, textDepth, visionTokens, visionDepth int) int {
	return visionDepth*visionTokens*s.Vision.Width + max(0, textDepth-1)*textTokens*s.Text.Width
}
