package weights

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"frontdoor/internal/atomicfile"
)

// Write writes the tensors and the metadata, which may be nil, to a
// safetensors file at path. The file is complete or not there. The bytes
// depend on the set of tensors and metadata alone, not on their order. It is
// an error if two tensors have the same name, or if a tensor's data does not
// fit its type and shape.
func Write(path string, tensors []Tensor, metadata map[string]string) error {
	if err := atomicfile.Write(path, func(w io.Writer) error { return Encode(w, tensors, metadata) }); err != nil {
		return fmt.Errorf("weights: %w", err)
	}
	return nil
}

// Encode writes what Write makes a file of.
func Encode(w io.Writer, tensors []Tensor, metadata map[string]string) error {
	header, ordered, err := layOut(tensors, metadata)
	if err != nil {
		return err
	}
	return emit(w, header, ordered)
}

// Marshal returns the bytes that Write writes.
func Marshal(tensors []Tensor, metadata map[string]string) ([]byte, error) {
	var out bytes.Buffer
	if err := Encode(&out, tensors, metadata); err != nil {
		return nil, fmt.Errorf("weights: %w", err)
	}
	return out.Bytes(), nil
}

// emit writes header and payload.
func emit(w io.Writer, header []byte, ordered []Tensor) error {
	if err := binary.Write(w, binary.LittleEndian, uint64(len(header))); err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	for _, t := range ordered {
		if _, err := w.Write(t.Data); err != nil {
			return err
		}
	}
	return nil
}

// layOut returns the header, padded so that the payload begins at a multiple
// of 8 bytes, and the tensors in the order of the payload: by the size of
// their numbers, large ones first, and then by name. Gaps are not allowed, and
// in this order each number still lies at a multiple of its size, so that
// float32 can be used in place.
func layOut(tensors []Tensor, metadata map[string]string) ([]byte, []Tensor, error) {
	ordered := slices.Clone(tensors)
	slices.SortFunc(ordered, func(a, b Tensor) int {
		if c := cmp.Compare(b.DType.Size(), a.DType.Size()); c != 0 {
			return c
		}
		return cmp.Compare(a.Name, b.Name)
	})
	// A map is encoded with its keys sorted.
	header := make(map[string]any, len(tensors)+1)
	at := 0
	for _, t := range ordered {
		if err := check(t); err != nil {
			return nil, nil, fmt.Errorf("tensor %q: %w", t.Name, err)
		}
		if _, ok := header[t.Name]; ok {
			return nil, nil, fmt.Errorf("tensor %q is there twice", t.Name)
		}
		shape := t.Shape
		if shape == nil {
			shape = []int{} // or it would be encoded as null
		}
		end := at + len(t.Data)
		header[t.Name] = entry{DType: t.DType, Shape: shape, Offsets: []int{at, end}}
		at = end
	}
	if len(metadata) > 0 {
		if err := checkMetadata(metadata); err != nil {
			return nil, nil, err
		}
		header[metadataKey] = metadata
	}
	text, err := encodeHeader(header)
	return text, ordered, err
}

// encodeHeader returns the header as padded JSON.
func encodeHeader(header map[string]any) ([]byte, error) {
	text, err := json.Marshal(header)
	if err != nil {
		return nil, fmt.Errorf("encoding the header: %w", err)
	}
	if len(text) > headerLimit {
		return nil, fmt.Errorf("the header has %d bytes, and safetensors allows %d", len(text), headerLimit)
	}
	for len(text)%8 != 0 {
		text = append(text, ' ')
	}
	return text, nil
}

// check returns an error if the tensor could not be read back.
func check(t Tensor) error {
	if t.Name == metadataKey {
		return fmt.Errorf("the name is reserved")
	}
	if !utf8.ValidString(t.Name) {
		return fmt.Errorf("the name is not UTF-8")
	}
	size := t.DType.Size()
	if size == 0 {
		return fmt.Errorf("the type %q is not known", string(t.DType))
	}
	n, ok := elements(t.Shape)
	if !ok || len(t.Data)%size != 0 || len(t.Data)/size != n {
		return fmt.Errorf("shape %v of %s does not take the %d bytes it has", t.Shape, t.DType, len(t.Data))
	}
	return nil
}

// checkMetadata returns an error if an entry would be changed by JSON, which
// replaces what is not UTF-8.
func checkMetadata(metadata map[string]string) error {
	for key, value := range metadata {
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return fmt.Errorf("metadata %q is not UTF-8", key)
		}
	}
	return nil
}
