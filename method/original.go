package method

import (
	"fmt"
	"strings"

	"frontdoor/clip"
	"frontdoor/internal/torchorder"
	"frontdoor/prompt"
	"frontdoor/weights"
)

// Original is what is known of a method's published code, all of it in
// PyTorch.
type Original struct {
	// Name is what the code calls itself, for messages.
	Name string
	// Folder is where it looks for a checkpoint below its model folder, and
	// Prefix what the names of learned tensors begin with there.
	Folder, Prefix string
	// Holds says from the names of a checkpoint's tensors that it is the
	// method's, and Open reads the learner and the sizes that follow from the
	// file. Both are nil for a method whose checkpoints are not read.
	Holds func(has func(tensor string) bool) bool
	Open  func(m *clip.Model, f *weights.File) (prompt.Learner, Settings, error)
	// randomNumbers counts the 32-bit numbers that PyTorch's generator has given
	// when the training begins, besides those for CLIP itself; it returns false
	// for settings that the original does not have. Nil means that trainings do
	// not follow the original's order of images and crops.
	randomNumbers func(sizes torchorder.Sizes, s Settings) (int, bool)
}

// defaultFolder is CoOp's folder, for methods without an original.
const defaultFolder = "prompt_learner"

// Folder is where a checkpoint for the published code lies below its model
// folder. Methods without an original get CoOp's.
func (m *Method) Folder() string {
	if m.Original == nil || m.Original.Folder == "" {
		return defaultFolder
	}
	return m.Original.Folder
}

// Export lists what a learner of the method has learned in the tensor names of
// the original, for weights.WriteTorch. What has no original keeps its names.
func (m *Method) Export(l prompt.Learner) []weights.Tensor {
	prefix := ""
	if m.Original != nil {
		prefix = m.Original.Prefix
	}
	var ts []weights.Tensor
	for _, p := range l.State() {
		ts = append(ts, weights.NewF32(prefix+p.Name, p.Shape(), p.Data))
	}
	return ts
}

// RandomNumbers counts the 32-bit random numbers that the original has drawn
// when its training begins, and says whether the training follows an original
// at all.
func (m *Method) RandomNumbers(c clip.Config, s Settings) (int, bool) {
	if m.Original == nil || m.Original.randomNumbers == nil {
		return 0, false
	}
	sizes := torchorder.Sizes{
		Vision: torchorder.Tower{Width: c.Vision.Width, Layers: c.Vision.Layers},
		Text:   torchorder.Tower{Width: c.Text.Width, Layers: c.Text.Layers},
		Patch:  c.Vision.Patch, Tokens: c.Vision.Tokens(), Context: c.Text.Context, Vocab: c.Text.Vocab, Join: c.Embed,
	}
	n, ok := m.Original.randomNumbers(sizes, s)
	return torchorder.CLIPDraws(sizes) + n, ok
}

// OpenOriginal reads a checkpoint of the published code of a method, a file
// called model.pth.tar-N. It returns the learner, ready to classify once it has
// classes, its method, and as settings the sizes that follow from the file.
func OpenOriginal(m *clip.Model, path string) (prompt.Learner, *Method, Settings, error) {
	f, err := weights.Open(path)
	if err != nil {
		return nil, nil, Settings{}, err
	}
	defer f.Close()
	return readOriginal(m, f)
}

// readOriginal is OpenOriginal of an open file.
func readOriginal(m *clip.Model, f *weights.File) (prompt.Learner, *Method, Settings, error) {
	has := func(tensor string) bool {
		_, ok := prompt.CheckpointTensor(f, tensor)
		return ok
	}
	var known []string
	for _, method := range All {
		o := method.Original
		if o == nil || o.Open == nil {
			continue
		}
		if known = append(known, o.Name); !o.Holds(has) {
			continue
		}
		l, s, err := o.Open(m, f)
		if err != nil {
			return nil, nil, Settings{}, err
		}
		s.Schedule, s.Batch = "none", 1
		return l, method, s, nil
	}
	return nil, nil, Settings{}, fmt.Errorf("%s: no learned prompts: not a checkpoint of %s", f.Name(), strings.Join(known, ", "))
}
