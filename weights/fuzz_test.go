package weights

import (
	"bytes"
	"os"
	"path/filepath"
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

// fuzzPyTorch checks that a file of PyTorch is refused or read coherently, and
// that what is allocated is bounded by the file.
func fuzzPyTorch(t *testing.T, data []byte) {
	file, err := Parse(data, "fuzz")
	if err != nil {
		return
	}
	total := 0
	for _, name := range file.Names() {
		tensor, _ := file.Tensor(name)
		n, ok := elements(tensor.Shape)
		if !ok || n != tensor.Len() {
			t.Fatalf("%q: shape %v, %d elements", name, tensor.Shape, tensor.Len())
		}
		if len(tensor.Data) > len(data) {
			t.Fatalf("%q has %d bytes, the file %d", name, len(tensor.Data), len(data))
		}
		total += len(tensor.Data)
		if total < 1<<20 {
			tensor.CopyFloat32()
		}
	}
}

// FuzzZip mutates whole files. Checksums stop most mutations early: the
// pickles have a target of their own.
func FuzzZip(f *testing.F) {
	for _, name := range []string{"traced.pt", "scripted.pt", "checkpoint.pth", "views.pt", "views_legacy.pt", "views_legacy1.pt", "views_protocol4.pt"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(fuzzPyTorch)
}

// FuzzPickle mutates the description in an archive that is otherwise good.
func FuzzPickle(f *testing.F) {
	for _, name := range []string{"traced.pt", "checkpoint.pth", "views.pt", "views_protocol4.pt"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		a, err := openArchive(data)
		if err != nil {
			f.Fatal(err)
		}
		description, err := a.member("data.pkl")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(description)
	}
	f.Add(dict(func(p *pickler) { p.text("w").tensor("torch.HalfStorage", "0", 8, 1, []int{2, 2}, []int{1, 3}) }))
	storage := make([]byte, 256)
	f.Fuzz(func(t *testing.T, description []byte) {
		fuzzPyTorch(t, archiveOf(t, description, map[string][]byte{"0": storage, "1": storage, "2": storage}))
	})
}
