package weights

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"frontdoor/internal/exactjson"
)

// metadataKey is the entry of the header that is not a tensor.
const metadataKey = "__metadata__"

// headerLimit is the largest header that the format allows.
const headerLimit = 100_000_000

// entry is what the header says about a tensor.
type entry struct {
	DType   DType `json:"dtype"`
	Shape   []int `json:"shape"`
	Offsets []int `json:"data_offsets"` // begin and end in the payload
}

// parseSafetensors reads a safetensors file. All that it allocates is in
// proportion to the header, which it has checked to be there.
func parseSafetensors(data []byte) (*File, error) {
	if len(data) < 8 {
		return nil, fmt.Errorf("not a safetensors file: it has %d bytes, and the length of the header alone takes 8", len(data))
	}
	length := binary.LittleEndian.Uint64(data)
	if length > headerLimit || length > uint64(len(data)-8) {
		return nil, fmt.Errorf("not a safetensors file, or cut short: it announces a header of %d bytes and has %d bytes in all", length, len(data))
	}
	header, payload := data[8:8+length], data[8+length:]
	if len(header) == 0 || header[0] != '{' {
		return nil, errors.New("not a safetensors file: the header does not begin with {")
	}
	f := &File{tensors: make(map[string]Tensor)}
	spans, err := f.readHeader(header, payload)
	if err != nil {
		return nil, err
	}
	return f, checkSpans(spans, len(payload))
}

// readHeader fills f from the header, and returns where the tensors lie.
func (f *File) readHeader(header, payload []byte) ([]span, error) {
	if !utf8.Valid(header) {
		return nil, errors.New("the header is not UTF-8")
	}
	var spans []span
	err := eachMember(header, func(name string, value json.RawMessage) error {
		if name == metadataKey {
			return f.readMetadata(value)
		}
		if _, ok := f.tensors[name]; ok {
			return fmt.Errorf("tensor %.80q is there twice", name)
		}
		t, s, err := readEntry(name, value, payload)
		if err != nil {
			return fmt.Errorf("tensor %.80q: %w", name, err)
		}
		f.tensors[name] = t
		spans = append(spans, s)
		return nil
	})
	return spans, err
}

// eachMember calls visit for each member of the JSON object, in order. Package
// json would let a second member of the same name win in silence.
func eachMember(object []byte, visit func(name string, value json.RawMessage) error) error {
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil { // the brace
		return fmt.Errorf("the header is not JSON: %w", err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return fmt.Errorf("the header is not JSON: %w", err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return fmt.Errorf("the header is not JSON: after %.80q: %w", name, err)
		}
		if err := visit(name.(string), value); err != nil { // a name, or Token fails
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("the header is not JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("the header goes on after its last brace")
	}
	return nil
}

// readMetadata reads the entry that is not a tensor.
func (f *File) readMetadata(value json.RawMessage) error {
	if f.metadata != nil {
		return fmt.Errorf("%s is there twice", metadataKey)
	}
	f.metadata = make(map[string]string)
	if err := json.Unmarshal(value, &f.metadata); err != nil {
		return fmt.Errorf("%s is not a map from text to text: %w", metadataKey, err)
	}
	if f.metadata == nil { // null
		f.metadata = make(map[string]string)
	}
	return nil
}

// span is the place of a tensor in the payload.
type span struct {
	name       string
	begin, end int
}

// readEntry checks what the header says about one tensor.
func readEntry(name string, value json.RawMessage, payload []byte) (Tensor, span, error) {
	var e entry
	if err := exactjson.Unmarshal(value, &e); err != nil {
		return Tensor{}, span{}, fmt.Errorf("its entry in the header cannot be read: %w", err)
	}
	if e.DType == "" || e.Shape == nil || len(e.Offsets) != 2 {
		return Tensor{}, span{}, errors.New("its entry in the header lacks a dtype, a shape or two data_offsets")
	}
	dtype, shape, begin, end := e.DType, e.Shape, e.Offsets[0], e.Offsets[1]
	size := dtype.Size()
	if size == 0 {
		return Tensor{}, span{}, fmt.Errorf("its type %.20q is not known; convert it to F32, F16 or BF16", string(dtype))
	}
	n, ok := elements(shape)
	if !ok {
		return Tensor{}, span{}, fmt.Errorf("its shape %.60s is impossible", fmt.Sprint(shape))
	}
	if begin < 0 || end < begin || end > len(payload) {
		return Tensor{}, span{}, fmt.Errorf("it lies at %d to %d, outside the file's %d bytes of numbers; the file may be cut short", begin, end, len(payload))
	}
	if (end-begin)%size != 0 || (end-begin)/size != n {
		return Tensor{}, span{}, fmt.Errorf("shape %.60s of %s does not take the %d bytes it has", fmt.Sprint(shape), dtype, end-begin)
	}
	t := Tensor{Name: name, DType: dtype, Shape: shape, Data: payload[begin:end:end]}
	return t, span{name, begin, end}, nil
}

// checkSpans returns an error unless the tensors fill the payload exactly.
func checkSpans(spans []span, size int) error {
	slices.SortFunc(spans, func(a, b span) int {
		if a.begin != b.begin {
			return a.begin - b.begin
		}
		return a.end - b.end // an empty tensor before the one that begins there
	})
	at, last := 0, ""
	for _, s := range spans {
		if s.begin < at {
			return fmt.Errorf("tensors %.80q and %.80q overlap", last, s.name)
		}
		if s.begin > at {
			return fmt.Errorf("tensor %.80q: %d bytes before it belong to no tensor", s.name, s.begin-at)
		}
		at, last = s.end, s.name
	}
	if at != size {
		return fmt.Errorf("%d bytes at the end belong to no tensor", size-at)
	}
	return nil
}
