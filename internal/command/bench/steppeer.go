package bench

import (
	_ "embed"
	"fmt"
	"math"
	"os"
	"strings"

	"frontdoor/cdc"
	"frontdoor/data"
	"frontdoor/prompt"
	"frontdoor/weights"
)

//go:embed peers/step.py
var stepSource string

// stepPeer is PyTorch taking training steps in a process of its own.
type stepPeer struct {
	*child
	name string  // says if the templates run one by one
	loss float64 // of the first step
	peak float64 // greatest resident memory so far, MiB
}

// startStepPeer starts the peer on the model in base and the numbers in file.
// Where all templates together would not fit into memory they run one by one; it
// is an error where one alone would not fit.
func (b *bench) startStepPeer(base, file string, templates, classes, threads int) (*stepPeer, error) {
	if !b.peers {
		return nil, nil
	}
	python, err := b.pythonWithTorch()
	if err != nil {
		return nil, err
	}
	p := &stepPeer{name: "pytorch"}
	how := "joint"
	if room := availableMemory() / 4 * 3; peerBytes(templates, classes) > room {
		if peerBytes(1, classes) > room {
			return nil, fmt.Errorf("a step with %d classes would take %d MiB, and %d are available", classes, peerBytes(1, classes)>>20, availableMemory()>>20)
		}
		how, p.name = "apart", "pytorch, templates apart"
	}
	cmd, err := b.torchCommand(python, stepSource, base, file, fmt.Sprint(threads), how)
	if err != nil {
		return nil, err
	}
	if p.child, err = startChild(cmd); err != nil {
		return nil, err
	}
	return p, nil
}

// peerBytes estimates what the peer needs for a step: the weights, and for each
// template the activations of four images and of 77 tokens a class, as
// measured with one template.
func peerBytes(templates, classes int) int64 {
	const mb = 1 << 20
	return 600*mb + int64(templates)*(1150*mb+int64(classes)*40*mb)
}

// availableMemory is the memory that Linux reports as available, or no bound where
// it is not known.
func availableMemory() int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err == nil {
		if _, rest, ok := strings.Cut(string(text), "MemAvailable:"); ok {
			var kib int64
			if _, err := fmt.Sscan(rest, &kib); err == nil {
				return kib << 10
			}
		}
	}
	return math.MaxInt64
}

func (p *stepPeer) stop() {
	if p != nil {
		p.child.stop()
	}
}

// turn asks for a step; the answer is its seconds, its loss, and the peak
// memory in MiB.
func (p *stepPeer) turn() (float64, error) {
	line, err := p.line("step")
	if err != nil {
		return 0, err
	}
	var seconds, loss, peak float64
	if _, err := fmt.Sscan(line, &seconds, &loss, &peak); err != nil {
		return 0, fmt.Errorf("the answer %q: %w", line, err)
	}
	if p.loss == 0 {
		p.loss = loss
	}
	p.peak = peak
	return seconds, nil
}

// write stores what the peer needs besides CLIP's tensors: the learned ones,
// images, labels and prompts.
func (setup *stepSetup) write(file string, l prompt.Learner, batch prompt.Batch, classes int) error {
	var tensors []weights.Tensor
	for _, s := range l.State() {
		name := s.Name
		if !strings.HasPrefix(name, "template.") && name != "evidence_offset" {
			name = "template.0." + name // MaPLe is one template
		}
		tensors = append(tensors, weights.NewF32("learned."+name, s.Shape(), s.Data))
	}
	tensors = append(tensors, weights.NewF32("images", setup.images.Shape(), setup.images.Data), intTensor("labels", batch.Labels))
	templates := []string{data.Phrase}
	var diversity, consistency float32
	if c, ok := l.(*cdc.Learner); ok {
		templates, diversity, consistency = nil, c.Diversity, c.Consistency
		for _, t := range c.Templates {
			templates = append(templates, t.Phrase)
		}
	}
	for m, phrase := range append(templates, data.Phrase) { // the last is the hand-crafted one
		var rows []int
		for _, name := range classNames(classes) {
			ids, err := setup.model.Tokenizer.Tokenize(prompt.Fill(phrase+" {}.", name), setup.model.Config.Text.Context, false)
			if err != nil {
				return err
			}
			for len(ids) < setup.model.Config.Text.Context {
				ids = append(ids, 0)
			}
			rows = append(rows, ids...)
		}
		tensors = append(tensors, intTensor(fmt.Sprintf("tokens.%d", m), rows))
	}
	return weights.Write(file, tensors, map[string]string{
		"templates": fmt.Sprint(len(templates)), "diversity": fmt.Sprint(diversity), "consistency": fmt.Sprint(consistency),
	})
}

// intTensor stores whole numbers as floats, which hold them exactly.
func intTensor(name string, v []int) weights.Tensor {
	data := make([]float32, len(v))
	for i, x := range v {
		data[i] = float32(x)
	}
	return weights.NewF32(name, []int{len(v)}, data)
}
