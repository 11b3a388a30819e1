package clip

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"frontdoor/nn"
	"frontdoor/weights"
)

// checkpoint gives the tensors of a file by OpenAI's names, whatever names and
// types the file has.
type checkpoint struct {
	file   *weights.File
	scheme scheme
	places map[string]place
	rows   map[string]int // of tables of positions that are resized
	kept   bool           // some tensor's memory is the file's
	extra  []string       // names that no CLIP of the scheme has
	notes  []string       // what was decided about them, a sentence each
}

// newCheckpoint finds out which names the file uses.
func newCheckpoint(f *weights.File) (*checkpoint, error) {
	names, err := unwrapped(f.Names())
	if err != nil {
		return nil, err
	}
	s, prefixes := recognise(names)
	if len(prefixes) == 0 {
		return nil, notCLIP(f.Names())
	}
	c := &checkpoint{file: f, scheme: s, places: make(map[string]place, len(names)), rows: make(map[string]int), notes: f.Notes()}
	for i, prefix := range prefixes[1:] {
		if i == 0 {
			c.notes = append(c.notes, fmt.Sprintf("the file holds several models; the one named %q is read, %q ... left alone", prefixes[0]+marker[s], prefix+marker[s]))
		}
	}
	for _, short := range slices.Sorted(maps.Keys(names)) {
		name := names[short]
		prefix := longestPrefix(short, prefixes)
		if prefix != prefixes[0] {
			if prefix == "" {
				c.extra = append(c.extra, name)
			}
			continue // a model that was not chosen
		}
		canonical, part, transpose, known := s.locate(strings.TrimPrefix(short, prefix))
		if !known {
			c.extra = append(c.extra, name)
			continue
		}
		p := c.places[canonical]
		if p.names[part] != "" {
			return nil, fmt.Errorf("tensors %q and %q are the same one", p.names[part], name)
		}
		p.names[part], p.transpose = name, transpose
		p.parts = max(p.parts, part+1)
		c.places[canonical] = p
	}
	return c, nil
}

// notCLIP says what the file is instead, as far as its names tell.
func notCLIP(names []string) error {
	has := func(part string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(name, part) })
	}
	switch {
	case has("visual.layer1.0.conv1.weight"):
		return errResNet
	case has("visual.trunk."):
		return errors.New("this is an OpenCLIP model whose image tower comes from timm; only Vision Transformers in CLIP's own form are supported (ViT-B/32, ViT-B/16, ViT-L/14 ...)")
	case has("prompt_learner."):
		return errors.New("this holds learned prompts and not a whole CLIP; give the model that they were trained with")
	case has("token_embedding.weight") && !has("vision_model.") && !has("visual."):
		return errors.New("this holds a text tower alone, as CLIPTextModelWithProjection saves it; images need the image tower too, so give the whole model's file")
	}
	return fmt.Errorf("no tensor %q and no %q: not a CLIP checkpoint in the names of OpenAI, OpenCLIP or Hugging Face", marker[openAI], marker[huggingFace])
}

var errResNet = errors.New("this is a CLIP with a ResNet image tower (RN50 and its like); only Vision Transformers are supported (ViT-B/32, ViT-B/16, ViT-L/14 ...)")

// buffers are tensors of published files that are no weights.
var buffers = []string{"input_resolution", "context_length", "vocab_size", "attn_mask", "position_ids"}

// strict returns an error if the file has weights that the model has no place
// for. Models that extend CLIP's towers keep its names, and without their
// additions they would compute something else in silence. What of is without,
// blocks or a whole tower, was left out on purpose.
func (c *checkpoint) strict(stored []nn.Named, of Config) error {
	used := make(map[string]bool, len(stored))
	for _, t := range stored {
		used[t.Name] = true
	}
	extra := slices.Clone(c.extra)
	if of.imageOnly() {
		extra = slices.DeleteFunc(extra, func(name string) bool { return !strings.Contains(name, "vision_model.") })
	}
	for name, p := range c.places {
		if !used[name] && !of.leavesOut(name) {
			extra = append(extra, p.names[0])
		}
	}
	slices.Sort(extra)
	for _, name := range extra {
		last := name[strings.LastIndex(name, ".")+1:]
		if t, ok := c.file.Tensor(name); ok && t.DType.IsFloat() && !slices.Contains(buffers, last) {
			return fmt.Errorf("tensor %q is no part of CLIP's towers: this is an extended model, which is not supported", name)
		}
	}
	return nil
}

// shape returns the shape of a tensor, if all its parts are there.
func (c *checkpoint) shape(name string) ([]int, bool) {
	parts, p, err := c.parts(name)
	if err != nil {
		return nil, false
	}
	shape := parts[0].Shape
	if p.transpose && len(shape) == 2 {
		return []int{shape[1], shape[0]}, true
	}
	if len(parts) > 1 && len(shape) > 0 {
		shape = slices.Clone(shape)
		shape[0] *= len(parts)
	}
	if rows, ok := c.rows[name]; ok && len(shape) > 0 {
		shape = slices.Clone(shape)
		shape[0] = rows
	}
	return shape, true
}

// parts returns the tensors of the file that make up a tensor. Those of one
// tensor have the same shape.
func (c *checkpoint) parts(name string) ([]weights.Tensor, place, error) {
	p, ok := c.places[name]
	if !ok {
		return nil, p, fmt.Errorf("tensor %q is missing", name)
	}
	parts := make([]weights.Tensor, p.parts)
	for i := range parts {
		if parts[i], ok = c.file.Tensor(p.names[i]); !ok {
			return nil, p, fmt.Errorf("a part of tensor %q is missing: the file has %q", name, slices.DeleteFunc(p.names[:], func(s string) bool { return s == "" }))
		}
		if !slices.Equal(parts[i].Shape, parts[0].Shape) {
			return nil, p, fmt.Errorf("tensors %q and %q have shapes %v and %v, want the same", p.names[0], p.names[i], parts[0].Shape, parts[i].Shape)
		}
		if !parts[i].DType.IsFloat() {
			return nil, p, fmt.Errorf("tensor %q holds numbers of type %s, want a floating-point type", p.names[i], parts[i].DType)
		}
	}
	return parts, p, nil
}

// checked returns the parts of a tensor of the given shape.
func (c *checkpoint) checked(name string, shape []int) ([]weights.Tensor, place, error) {
	parts, p, err := c.parts(name)
	if err != nil {
		return nil, p, err
	}
	have, _ := c.shape(name)
	if !slices.Equal(have, shape) && !(isOne(have) && isOne(shape)) {
		return nil, p, fmt.Errorf("tensor %q has shape %v, want %v", c.label(name), have, shape)
	}
	for i, part := range parts {
		if !part.Finite() {
			return nil, p, fmt.Errorf("tensor %q has weights that are infinite or not numbers%s; the file is damaged, or training diverged", p.names[i], asFloat32(part.DType))
		}
	}
	return parts, p, nil
}

// asFloat32 says why a float64 may be infinite.
func asFloat32(t weights.DType) string {
	if t == weights.F64 {
		return " as float32"
	}
	return ""
}

// isOne says whether a shape has one element: published scales are [], [1] or
// [1, 1].
func isOne(shape []int) bool {
	for _, d := range shape {
		if d != 1 {
			return false
		}
	}
	return true
}

// label is the tensor's name in the file where it has one, for errors.
func (c *checkpoint) label(name string) string {
	if p := c.places[name]; p.parts == 1 {
		return p.names[0]
	}
	return name
}

// fetch returns the numbers of a tensor, in the file's own memory where keep
// says that the file stays open and where they lie there as they are needed.
// What is converted is forgotten, so that it does not take memory twice.
func (c *checkpoint) fetch(name string, shape []int, keep bool) ([]float32, error) {
	parts, p, err := c.checked(name, shape)
	if err != nil {
		return nil, err
	}
	if rows, ok := c.rows[name]; ok {
		return resized(name, parts[0].CopyFloat32(), rows, shape[1]), nil
	}
	if len(parts) == 1 && parts[0].DType == weights.F32 && !p.transpose && keep {
		c.kept = true
		return parts[0].Float32(), nil
	}
	n := parts[0].Len()
	out := make([]float32, n*len(parts))
	for i, part := range parts {
		part.ReadFloat32(out[i*n : (i+1)*n])
		c.file.Forget(part)
	}
	if p.transpose {
		out = transposed(out, shape[1], shape[0])
	}
	return out, nil
}

// transposed returns the transpose [cols, rows] of x [rows, cols].
func transposed(x []float32, rows, cols int) []float32 {
	out := make([]float32, len(x))
	for r := range rows {
		for c := range cols {
			out[c*rows+r] = x[r*cols+c]
		}
	}
	return out
}

// stored returns a tensor as it is to be written under OpenAI's name: in the
// type that it has in the file, except that float64 becomes float32.
func (c *checkpoint) stored(name string, shape []int) (weights.Tensor, error) {
	parts, p, err := c.checked(name, shape)
	if err != nil {
		return weights.Tensor{}, err
	}
	t := weights.Tensor{Name: name, DType: parts[0].DType, Shape: slices.Clone(shape)}
	mixed := slices.ContainsFunc(parts, func(x weights.Tensor) bool { return x.DType != t.DType })
	if _, ok := c.rows[name]; ok {
		mixed = true // no longer numbers of the file
	}
	if mixed || t.DType == weights.F64 || p.transpose {
		data, err := c.fetch(name, shape, false)
		if err != nil {
			return t, err
		}
		switch {
		case mixed || t.DType == weights.F64 || t.DType == weights.F32:
			return weights.NewF32(name, shape, data), nil
		case t.DType == weights.F16: // exact: the numbers were float16
			return weights.NewF16(name, shape, data), nil
		}
		return weights.NewBF16(name, shape, data), nil
	}
	if len(parts) == 1 {
		t.Data = parts[0].Data
		return t, nil
	}
	for _, part := range parts {
		t.Data = append(t.Data, part.Data...)
	}
	return t, nil
}

// fetcher takes a model's tensors from the file.
func (c *checkpoint) fetcher(keep bool) func(name string, shape []int) ([]float32, error) {
	return func(name string, shape []int) ([]float32, error) { return c.fetch(name, shape, keep) }
}
