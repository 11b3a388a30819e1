package weights

import (
	"bytes"
	"testing"
)

// FuzzParse checks that no input makes Parse panic, and that what it accepts
// is coherent and survives being written and read again.
func FuzzParse(f *testing.F) {
	good, err := Marshal(sample(), map[string]string{"a": "b"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add(raw(`{}`, 0))
	f.Add(raw(`{"a":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]}}`, 4))
	f.Add(raw(`{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, 0))
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 127, '{'})
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data, "fuzz")
		if err != nil {
			return
		}
		var tensors []Tensor
		for _, name := range file.Names() {
			tensor, ok := file.Tensor(name)
			if !ok {
				t.Fatalf("no tensor %q", name)
			}
			n, ok := elements(tensor.Shape)
			if !ok || n != tensor.Len() || n != len(tensor.Float32()) {
				t.Fatalf("%q: shape %v, %d elements", name, tensor.Shape, tensor.Len())
			}
			tensors = append(tensors, tensor)
		}
		again, err := Marshal(tensors, file.Metadata())
		if err != nil {
			t.Fatal(err)
		}
		copied, err := Parse(again, "copy")
		if err != nil {
			t.Fatal(err)
		}
		for _, tensor := range tensors {
			if c, _ := copied.Tensor(tensor.Name); !bytes.Equal(c.Data, tensor.Data) {
				t.Fatalf("%q changed", tensor.Name)
			}
		}
	})
}
