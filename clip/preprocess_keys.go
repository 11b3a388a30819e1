package clip

import (
	"encoding/json"

	"frontdoor/imaging"
)

// The keys of preprocessor_config.json that have several forms.

// refusePadding refuses do_pad where it would change a picture that is resized
// and cropped.
func (o object) refusePadding(p imaging.Processor) {
	if !o.off("do_pad", false) || !o.has("pad_size") {
		return // without a size the pictures of a batch are padded to the largest
	}
	h, w := o.sides("pad_size", 0)
	if have, wide := p.Size(1, 1); h != have || w != wide {
		o.fail("pad_size", "is %s, and pictures have %d x %d pixels without it; padding is not supported", o.text("pad_size"), have, wide)
	}
}

// off returns the switch under the key, whose null is false.
func (o object) off(key string, missing bool) bool {
	if _, ok := o.values[key]; ok && !o.has(key) {
		return false
	}
	return o.truth(key, missing)
}

// nulls refuses null where transformers fails on it.
func (o object) nulls(keys ...string) {
	for _, key := range keys {
		if _, ok := o.values[key]; ok && !o.has(key) {
			o.fail(key, "is null, and the step that needs it is on")
		}
	}
}

// setSize reads size: a number, which is the shorter side, a list of height
// and width, or an object with one of the pairs of keys that transformers
// knows.
func (o object) setSize(p *imaging.Processor, class imageClass) {
	o.nulls("size")
	var side float64
	raw := o.values["size"]
	switch {
	case o.truth("use_square_size", false):
		p.Resize, p.Height, p.Width = imaging.Squash, 224, 224
	case !o.has("size"):
		p.Resize, p.Height, p.Width = imaging.Shortest, 224, 0
		if class.squash {
			p.Resize, p.Width = imaging.Squash, 224
		}
	case json.Unmarshal(raw, &side) == nil:
		p.Resize, p.Height = imaging.Shortest, o.whole("size", 0)
		if o.off("default_to_square", class.square) {
			p.Resize, p.Width = imaging.Squash, p.Height
		}
	case raw[0] == '[':
		p.Resize = imaging.Squash
		p.Height, p.Width = o.sides("size", 0)
	default:
		o.sizeObject(p)
	}
}

func (o object) sizeObject(p *imaging.Processor) {
	s := o.object("size")
	switch {
	case s.has("shortest_edge"):
		p.Resize, p.Height, p.Limit = imaging.Shortest, s.whole("shortest_edge", 0), s.whole("longest_edge", 0)
	case s.has("max_height") && s.has("max_width"):
		p.Resize, p.Height, p.Width = imaging.Within, s.whole("max_height", 0), s.whole("max_width", 0)
	case s.has("height") && s.has("width"):
		p.Resize, p.Height, p.Width = imaging.Squash, s.whole("height", 0), s.whole("width", 0)
	default:
		o.fail("size", "is %s; want shortest_edge, height and width, or max_height and max_width", o.text("size"))
	}
}

// setFilter reads resample: Pillow's number of a filter, or its name, as the fast
// classes take it. null is bilinear.
func (o object) setFilter(p *imaging.Processor, class imageClass) {
	number, ok := class.resample, true
	if raw, there := o.values["resample"]; there {
		var name string
		switch number = 2; {
		case json.Unmarshal(raw, &name) == nil && name != "":
			if p.Filter, ok = imaging.FilterNamed(name); ok {
				return
			}
		default:
			ok = json.Unmarshal(raw, &number) == nil // 3.0 is no number of a filter to transformers
		}
	}
	f, known := imaging.FilterOf(number)
	if !ok || !known {
		o.fail("resample", "is %s; Pillow's filters have the numbers 0 to 5, or the names bicubic, bilinear ...", o.text("resample"))
	}
	p.Filter = f
}

// sides returns height and width under the key: a number for both, a list, or
// an object.
func (o object) sides(key string, missing int) (h, w int) {
	if !o.has(key) {
		return missing, missing
	}
	var list []json.RawMessage
	switch raw := o.values[key]; {
	case raw[0] == '{':
		s := o.object(key)
		if !s.has("height") || !s.has("width") {
			o.fail(key, "is %s; want height and width", o.text(key))
		}
		return s.whole("height", 1), s.whole("width", 1)
	case raw[0] == '[' && json.Unmarshal(raw, &list) == nil:
		pair := object{values: map[string]json.RawMessage{}, path: o.path, err: o.err}
		if len(list) != 2 {
			o.fail(key, "is %s; want height and width", o.text(key))
			return 1, 1
		}
		pair.values["first side of "+key], pair.values["second side of "+key] = list[0], list[1]
		return pair.whole("first side of "+key, 1), pair.whole("second side of "+key, 1)
	}
	h = o.whole(key, 1)
	return h, h
}

// channels returns three numbers: a list, or a number for all of them, alone or
// in a list.
func (o object) channels(key string, missing [3]float64) (out [3]float64) {
	if !o.has(key) {
		return missing
	}
	var one float64
	if json.Unmarshal(o.values[key], &one) == nil {
		return [3]float64{one, one, one}
	}
	var list []float64
	if json.Unmarshal(o.values[key], &list) == nil && len(list) == 1 {
		return [3]float64{list[0], list[0], list[0]}
	}
	if len(list) != 3 {
		if len(list) > 0 || string(o.values[key]) != "[]" {
			o.fail(key, "is %s, want three numbers or one", o.text(key))
		}
		return missing
	}
	return [3]float64(list)
}
