package prompt

import (
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/nn"
	"frontdoor/textenc"
)

// CoCoOp is conditional context optimisation (Zhou et al. 2022): CoOp's
// context, to which a small network adds one vector for each image:
//
//	f_i    unit feature of image i                           [E]
//	pi_i = W2 relu(W1 f_i + b1) + b2                         [D]
//	prompts of image i: ctx_j + pi_i for each token j, then the class names
//
// So a batch has B·N prompts. The learned tokens come first: the N prompts of an
// image share them and are one group of [textenc.NewBatch].
type CoCoOp struct {
	Model *clip.Model
	Context
	Ctx  *autograd.Tensor // [n, D]
	Meta [2]nn.Linear     // E -> E/16 -> D

	prompts [][]int                // of one image
	packed  recent[*textenc.Batch] // by the number of images
}

// metaShare is the image feature's width over that of the hidden layer.
const metaShare = 16

// NewCoCoOp returns an untrained learner. Only c's words or number of tokens
// count: the class name comes last, and all classes share the tokens.
func NewCoCoOp(m *clip.Model, c Context, seed uint64) (*CoCoOp, error) {
	shared := Context{Words: c.Words, Tokens: c.Tokens}
	start, err := NewCoOp(m, shared, seed)
	if err != nil {
		return nil, err
	}
	l := &CoCoOp{Model: m, Context: shared, Ctx: start.Ctx}
	r := rand.New(rand.NewPCG(seed, 0x6d657461))
	e, d := m.Config.Embed, m.Config.Text.Width
	hidden := max(1, e/metaShare)
	l.Meta = [2]nn.Linear{newLinear(hidden, e, r), newLinear(d, hidden, r)}
	return l, nil
}

// newLinear returns a layer in -> out with PyTorch's initial values.
func newLinear(out, in int, r *rand.Rand) nn.Linear {
	w, b := make([]float32, out*in), make([]float32, out)
	nn.Uniform(w, nn.FanIn(in), r)
	nn.Uniform(b, nn.FanIn(in), r)
	return nn.Linear{W: autograd.Param(w, out, in), B: autograd.Param(b, out)}
}

// Params lists the context and the network.
func (l *CoCoOp) Params() []nn.Named {
	return []nn.Named{
		{Name: "ctx", Tensor: l.Ctx},
		{Name: "meta_net.linear1.weight", Tensor: l.Meta[0].W}, {Name: "meta_net.linear1.bias", Tensor: l.Meta[0].B},
		{Name: "meta_net.linear2.weight", Tensor: l.Meta[1].W}, {Name: "meta_net.linear2.bias", Tensor: l.Meta[1].B},
	}
}

// SetClasses lays out the prompts of the classes for one image.
func (l *CoCoOp) SetClasses(names []string) (err error) {
	l.packed = nil
	l.prompts, err = l.Context.prompts(l.Model, names, l.Ctx.Rows())
	return err
}

// pack returns the prompts of b images: a group for each, with tokens
// i·n .. i·n+n-1.
func (l *CoCoOp) pack(b int) *textenc.Batch {
	mustChoose(l.prompts != nil)
	return l.packed.of(b, func() *textenc.Batch {
		return textenc.NewBatch(imagePrompts(l.prompts, b, l.Ctx.Rows()), l.Model.Text.Saving)
	})
}

// imagePrompts repeats prompts of n learned tokens for b images, with tokens
// i·n .. i·n+n-1 for image i.
func imagePrompts(prompts [][]int, b, n int) [][][]int {
	groups := make([][][]int, b)
	for i := range groups {
		for _, ids := range prompts {
			shifted := make([]int, len(ids))
			for at, id := range ids {
				if shifted[at] = id; id < 0 {
					shifted[at] = textenc.Learned(i*n + ^id)
				}
			}
			groups[i] = append(groups[i], shifted)
		}
	}
	return groups
}

// contexts returns the tokens [B·n, D] of every image, given f [B, E].
func (l *CoCoOp) contexts(tp *autograd.Tape, f *autograd.Tensor) *autograd.Tensor {
	pi := l.Meta[1].Forward(tp, tp.ReLU(l.Meta[0].Forward(tp, f), 0)) // [B, D]
	n := l.Ctx.Rows()
	token, image := make([]int, 0, n*f.Rows()), make([]int, 0, n*f.Rows())
	for i := range f.Rows() {
		for j := range n {
			token, image = append(token, j), append(image, i)
		}
	}
	return tp.Add(tp.Gather(l.Ctx, autograd.RowIndex(token)), tp.Gather(pi, autograd.RowIndex(image))) // [B·n, D]
}

// textFeatures returns the unit features [B·N, E] of the classes, image by
// image, given the unit features f [B, E] of the images.
func (l *CoCoOp) textFeatures(tp *autograd.Tape, f *autograd.Tensor) *autograd.Tensor {
	learned := &textenc.Prompts{First: l.contexts(tp, f)}
	return tp.L2Normalize(l.Model.Text.Encode(tp, l.pack(f.Rows()), learned), 0)
}

// Frozen says that the image tower has no learned tokens.
func (l *CoCoOp) Frozen() bool { return true }

// ImageFeatures returns the model's, without a tape.
func (l *CoCoOp) ImageFeatures(_ *autograd.Tape, images *autograd.Tensor) *autograd.Tensor {
	return l.Model.ImageFeatures(nil, images)
}

// maxRows bounds the rows of prompts that are encoded at once while predicting,
// and so the memory.
const maxRows = 1 << 14

// Logits returns the scaled cosines [B, N] of unit image features f [B, E], each
// with its own prompts.
func (l *CoCoOp) Logits(tp *autograd.Tape, f *autograd.Tensor) *autograd.Tensor {
	if tp != nil {
		return l.logits(tp, f)
	}
	rows := maxRows
	if most := l.Model.Text.Saving.MaxRows; most > 0 {
		rows = min(rows, most)
	}
	b, n := f.Rows(), len(l.prompts)
	part := min(b, max(1, rows/l.pack(1).Rows()))
	out := autograd.Zeros(b, n) // [B, N]
	for lo := 0; lo < b; lo += part {
		hi := min(b, lo+part)
		some := autograd.Const(f.Data[lo*f.Cols():hi*f.Cols()], hi-lo, f.Cols())
		copy(out.Data[lo*n:], l.logits(nil, some).Data)
	}
	return out
}

// logits is Logits in one part.
func (l *CoCoOp) logits(tp *autograd.Tape, f *autograd.Tensor) *autograd.Tensor {
	w := l.textFeatures(tp, f) // [B·N, E]
	n := len(l.prompts)
	each := make([]*autograd.Tensor, f.Rows())
	refs := make([]autograd.RowRef, f.Rows())
	for i := range each {
		each[i] = l.Model.Logits(tp, tp.Slice(f, i, i+1), tp.Slice(w, i*n, i*n+n)) // [1, N]
		refs[i].Src = int32(i)
	}
	return tp.Assemble(autograd.NewIndex(refs), each...) // [B, N]
}
