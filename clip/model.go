package clip

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"frontdoor/autograd"
	"frontdoor/imaging"
	"frontdoor/nn"
	"frontdoor/textenc"
	"frontdoor/textenc/bpe"
	"frontdoor/vit"
	"frontdoor/weights"
)

// Model is a CLIP: both towers, the logit scale and the tokenizer that its
// text tower was trained with. Text, LogitScale and Tokenizer are nil in a
// model that was loaded without them.
type Model struct {
	Config
	Vision     *vit.Encoder
	Text       *textenc.Encoder
	LogitScale *autograd.Tensor // [1], log of what cosines are multiplied by
	LogitBias  *autograd.Tensor // [1], what is added for a pair alone; nil for none
	Tokenizer  *bpe.Tokenizer

	// Name says where the model comes from: a file name, or "tiny".
	Name string
	// Notes says what was assumed about the file, a sentence each; programs
	// print them.
	Notes []string

	stored, trained []nn.Named
	file            *weights.File // nil, or where some of the tensors lie
}

// Close gives the memory of the model's file back. It is needed only by
// programs that load many models: nothing that shares the model's tensors may
// be used afterwards. A second call does nothing.
func (m *Model) Close() error {
	if m.file == nil {
		return nil
	}
	return m.file.Close()
}

// Build returns a model whose tensors fetch provides, by their names in
// OpenAI's checkpoints. tok may be nil if only token ids will be used.
func Build(c Config, tok *bpe.Tokenizer, fetch func(name string, shape []int) ([]float32, error)) (*Model, error) {
	m, err := build(c, tok, fetch)
	if err != nil {
		return nil, fmt.Errorf("clip: %w", err)
	}
	return m, nil
}

// build is Build for callers that say in errors where the tensors come from.
func build(c Config, tok *bpe.Tokenizer, fetch func(name string, shape []int) ([]float32, error)) (*Model, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if tok != nil && tok.VocabSize() != c.Text.Vocab {
		return nil, fmt.Errorf("the tokenizer has %d tokens, the text tower %d", tok.VocabSize(), c.Text.Vocab)
	}
	if tok != nil && c.Text.Pool == poolEOS && c.Text.EOS != tok.EOT() {
		return nil, fmt.Errorf("the configuration reads a text at token %d (eos_token_id, eos_id), and the vocabulary ends texts with %d", c.Text.EOS, tok.EOT())
	}
	b := &nn.Builder{Fetch: fetch}
	m := &Model{Config: c, Tokenizer: tok}
	m.Vision = vit.New(b, c.Vision, c.Embed, activations[c.Activation])
	if !c.imageOnly() {
		m.Text = textenc.New(b, c.Text, c.Embed, activations[c.textActivation()])
		m.LogitScale = b.Tensor("logit_scale", 1)
	}
	if c.Bias {
		m.LogitBias = b.Tensor("logit_bias", 1)
	}
	m.stored, m.trained = b.Stored, b.Trained
	return m, b.Err
}

// Bytes returns the memory that the model's tensors take, mapped or not.
func (m *Model) Bytes() (n int64) {
	for _, t := range m.stored {
		n += 4 * int64(t.Len())
	}
	return n
}

// Scale returns exp(logit scale), about 100 in published models.
func (m *Model) Scale() float32 { return float32(math.Exp(float64(m.LogitScale.Item()))) }

// Trained returns every tensor of the model as parameters to be trained from
// scratch. Adapting a model leaves all of them frozen and never calls this.
func (m *Model) Trained() []nn.Named {
	for _, p := range m.trained {
		p.SetTrainable(true)
	}
	return m.trained
}

// Fingerprint identifies the model: its sizes and a sample of every tensor,
// hashed. Learned prompts belong to the model they were trained with, and are
// refused with any other.
func (m *Model) Fingerprint() string {
	h := sha256.New()
	c := m.Config
	// How pictures and rows of ids are read was not always known.
	c.Preprocess, c.Text.Pool, c.Text.EOS = imaging.Processor{}, "", 0
	json.NewEncoder(h).Encode(c)
	for _, t := range m.stored {
		fmt.Fprintln(h, t.Name, t.Shape())
		step := max(1, t.Len()/64)
		for i := 0; i < t.Len(); i += step {
			fmt.Fprintln(h, math.Float32bits(t.Data[i]))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// VisionDigest is the SHA-256 of the image tower: all of its tensors and what
// else of the configuration its features depend on. It takes about a third of a
// second for ViT-B/16.
func (m *Model) VisionDigest() string {
	h := sha256.New()
	c := m.Config
	c.Preprocess, c.Text = imaging.Processor{}, textenc.Config{}
	json.NewEncoder(h).Encode(c)
	var buf []byte
	for _, t := range m.stored {
		if !strings.HasPrefix(t.Name, "visual.") {
			continue
		}
		fmt.Fprintln(h, t.Name, t.Shape())
		for part := range slices.Chunk(t.Data, 1<<14) {
			buf = buf[:0]
			for _, v := range part {
				buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
			}
			h.Write(buf)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// ImageFeatures returns the unit features [B, E] of preprocessed images
// [B, 3, S, S]. The tape may be nil.
func (m *Model) ImageFeatures(tp *autograd.Tape, images *autograd.Tensor) *autograd.Tensor {
	batch := vit.Unprompted(m.Config.Vision, images.Dim(0))
	return tp.L2Normalize(m.Vision.Encode(tp, images, batch, nil), 0)
}

// PooledFeatures returns the image tower's features [B, D] of preprocessed
// images [B, 3, S, S] before its last projection, for [Model.Project].
func (m *Model) PooledFeatures(images *autograd.Tensor) *autograd.Tensor {
	return m.Vision.Pool(nil, images, vit.Unprompted(m.Config.Vision, images.Dim(0)), nil)
}

// Project returns the features [B, E], not normalised, that pooled ones [B, D]
// give. On the CPU their unit features are those of [Model.ImageFeatures] to the
// bit.
func (m *Model) Project(pooled *autograd.Tensor) *autograd.Tensor {
	return (*autograd.Tape)(nil).MatMul(pooled, m.Vision.Proj)
}

// TextFeatures returns the unit features [N, E] of texts. It fails on a text
// longer than the context.
func (m *Model) TextFeatures(tp *autograd.Tape, texts []string) (*autograd.Tensor, error) {
	w, err := m.RawTextFeatures(tp, texts)
	if err != nil {
		return nil, err
	}
	return tp.L2Normalize(w, 0), nil
}

// RawTextFeatures is TextFeatures before normalisation.
func (m *Model) RawTextFeatures(tp *autograd.Tape, texts []string) (*autograd.Tensor, error) {
	ids := make([][]int, len(texts))
	for i, text := range texts {
		var err error
		if ids[i], err = m.Tokenizer.Tokenize(text, m.Config.Text.Context, false); err != nil {
			return nil, err
		}
	}
	return m.TokenFeatures(tp, ids), nil
}

// TokenFeatures returns the features [N, E], not normalised, of rows of token
// ids, each read where the model's configuration says.
func (m *Model) TokenFeatures(tp *autograd.Tape, rows [][]int) *autograd.Tensor {
	ids := make([][]int, len(rows))
	for i, row := range rows {
		ids[i] = m.Config.UpToEnd(row)
	}
	return m.Text.Encode(tp, textenc.NewBatch([][][]int{ids}, m.Text.Saving), nil) // [N, E]
}

// Logits returns exp(logit scale) v wᵀ [B, N] for unit features v [B, E] and
// w [N, E]. The scale multiplies the image side, as in the original.
func (m *Model) Logits(tp *autograd.Tape, v, w *autograd.Tensor) *autograd.Tensor {
	return tp.MatMulT(tp.Scale(v, m.Scale()), w)
}

// PairLogits returns the logits [B, N] of each pair alone: Logits and the
// model's bias, if it has one. Among classes the bias changes nothing.
func (m *Model) PairLogits(tp *autograd.Tape, v, w *autograd.Tensor) *autograd.Tensor {
	logits := m.Logits(tp, v, w)
	if m.LogitBias == nil {
		return logits
	}
	bias := autograd.Zeros(1, w.Rows()) // [1, N]
	for i := range bias.Data {
		bias.Data[i] = m.LogitBias.Item()
	}
	return tp.AddRows(logits, bias, autograd.RowIndex(make([]int, v.Rows())))
}

// Preprocess writes what the image tower sees of an image to dst [3, S, S]: the
// shorter side scaled to S, the centre cut out, channels normalised, or what
// the model's own preprocessing does.
func (m *Model) Preprocess(dst []float32, im *imaging.Image) {
	if p := m.Config.Preprocess; p != (imaging.Processor{}) {
		p.Tensor(dst, im)
		return
	}
	imaging.Square(im, m.Config.Vision.Image).CHW(dst, imaging.Mean, imaging.Std)
}

// Prepare returns what Preprocess does before it normalises, and a name for it;
// nil if that is imaging.Square.
func (m *Model) Prepare() (prepare func(*imaging.Image) *imaging.Image, how string) {
	p := m.Config.Preprocess
	if p == (imaging.Processor{}) {
		return nil, ""
	}
	return p.Bytes, fmt.Sprintf("%+v", p)
}

// Statistics returns the mean and the deviation that pixels of 0 to 1 are
// normalised with for the image tower.
func (m *Model) Statistics() (mean, std [3]float32) {
	if p := m.Config.Preprocess; p != (imaging.Processor{}) {
		return p.Statistics()
	}
	return imaging.Mean, imaging.Std
}
