package weights

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// raw returns a file with the given header, followed by n bytes of payload.
func raw(header string, n int) []byte {
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	out = append(out, header...)
	for i := range n {
		out = append(out, byte(i))
	}
	return out
}

// sample returns tensors of several types and ranks.
func sample() []Tensor {
	return []Tensor{
		NewF32("w", []int{2, 3}, []float32{1, -2, 3.5, 0, 5, float32(math.Inf(1))}),
		NewF16("half", []int{3}, []float32{1, 65504, 0x1p-24}),
		NewBF16("brain", []int{1, 1}, []float32{-1.5}),
		NewF32("scale", nil, []float32{4.6052}),
		NewF32("empty", []int{0, 4}, nil),
		{Name: `odd "name" <é>`, DType: U8, Shape: []int{5}, Data: []byte{1, 2, 3, 4, 255}},
	}
}

func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.safetensors")
	metadata := map[string]string{"format": "pt", "a": "π & <b>", "": ""}
	if err := Write(path, sample(), metadata); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Name() != path {
		t.Errorf("Name() = %s", f.Name())
	}
	want := []string{"brain", "empty", "half", `odd "name" <é>`, "scale", "w"}
	if diff := cmp.Diff(want, f.Names()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(metadata, f.Metadata()); diff != "" {
		t.Error(diff)
	}
	for _, in := range sample() {
		out, ok := f.Tensor(in.Name)
		if !ok {
			t.Fatalf("no tensor %q", in.Name)
		}
		if out.DType != in.DType || !slices.Equal(out.Shape, in.Shape) || !bytes.Equal(out.Data, in.Data) {
			t.Errorf("wrote %v, read %v", in, out)
		}
		if diff := cmp.Diff(in.CopyFloat32(), out.Float32()); diff != "" {
			t.Errorf("%s: %s", in.Name, diff)
		}
	}
	if _, ok := f.Tensor("missing"); ok {
		t.Error("found a tensor that is not there")
	}
}

func TestKnownBytes(t *testing.T) {
	got, err := Marshal([]Tensor{
		NewF32("b", []int{1}, []float32{1}),
		NewF16("a", []int{1}, []float32{2}),
	}, map[string]string{"k": "v"})
	if err != nil {
		t.Fatal(err)
	}
	header := `{"__metadata__":{"k":"v"},"a":{"dtype":"F16","shape":[1],"data_offsets":[4,6]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`
	for len(header)%8 != 0 {
		header += " "
	}
	want := append(raw(header, 0), 0, 0, 0x80, 0x3f, 0, 0x40)
	if !bytes.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	tensors, metadata := sample(), map[string]string{"x": "1", "y": "2", "z": "3"}
	want, err := Marshal(tensors, metadata)
	if err != nil {
		t.Fatal(err)
	}
	for range len(tensors) {
		tensors = append(tensors[1:], tensors[0])
		got, err := Marshal(tensors, metadata)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Fatal("the bytes depend on the order of the tensors")
		}
	}
}

func TestCloseAndMissing(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	path := filepath.Join(t.TempDir(), "a")
	if err := Write(path, sample(), nil); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Metadata()) != 0 {
		t.Errorf("Metadata() = %v", f.Metadata())
	}
	for range 2 {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, ok := f.Tensor("w"); ok || len(f.Names()) != 0 {
		t.Error("a closed file has tensors")
	}
}

func TestBadFiles(t *testing.T) {
	const ok = `"dtype":"F32","shape":[1],"data_offsets":[0,4]`
	cases := []struct {
		name string
		data []byte
		want string // part of the error
	}{
		{"empty", nil, "an empty file"},
		{"seven bytes", make([]byte, 7), "a file of zeros"},
		{"seven other bytes", []byte{1, 2, 3, 4, 5, 6, 7}, "has 7 bytes"},
		{"header past the end", raw(`{}`, 0)[:9], "header of 2 bytes"},
		{"huge header", append([]byte{255, 255, 255, 255, 255, 255, 255, 255}, '{', '}'), "header of 18446744073709551615"},
		{"no header", raw("", 4), "begin with {"},
		{"array", raw("[]", 0), "begin with {"},
		{"not JSON", raw(`{"a":`, 0), "not JSON"},
		{"open brace", raw(`{"a":{`+ok+`}`, 4), "not JSON"},
		{"number as a name", raw(`{1:2}`, 0), "not JSON"},
		{"two objects", raw(`{}{}`, 0), "after its last brace"},
		{"not UTF-8", raw("{\"\xff\":{"+ok+"}}", 4), "not UTF-8"},
		{"twice", raw(`{"a":{`+ok+`},"a":{`+ok+`}}`, 4), `"a" is there twice`},
		{"entry is a number", raw(`{"a":1}`, 0), `"a"`},
		{"entry is null", raw(`{"a":null}`, 0), `"a"`},
		{"no dtype", raw(`{"a":{"shape":[1],"data_offsets":[0,4]}}`, 4), "lacks"},
		{"no shape", raw(`{"a":{"dtype":"F32","data_offsets":[0,4]}}`, 4), "lacks"},
		{"no offsets", raw(`{"a":{"dtype":"F32","shape":[1]}}`, 4), "lacks"},
		{"three offsets", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}`, 4), "lacks"},
		{"unknown dtype", raw(`{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}`, 4), `"F8_E4M3" is not known`},
		{"negative dimension", raw(`{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, 4), "impossible"},
		{"fraction", raw(`{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}`, 4), `"a"`},
		{"overflow to 0", raw(`{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, 0), "impossible"},
		{"overflow before 0", raw(`{"a":{"dtype":"F32","shape":[9223372036854775807,2,0],"data_offsets":[0,0]}}`, 0), "impossible"},
		{"overflow in bytes", raw(`{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}`, 0), "does not take"},
		{"too long a number", raw(`{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}`, 4), `"a"`},
		{"shape and bytes differ", raw(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 4), "does not take the 4 bytes"},
		{"half a number", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,6]}}`, 6), "does not take"},
		{"negative offset", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}`, 4), "outside"},
		{"backward", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`, 4), "outside"},
		{"past the end", raw(`{"a":{`+ok+`}}`, 3), "outside"},
		{"far past the end", raw(`{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}`, 3), "outside"},
		{"overlap", raw(`{"a":{`+ok+`},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}`, 5), `"a" and "b" overlap`},
		{"same place", raw(`{"a":{`+ok+`},"b":{`+ok+`}}`, 4), "overlap"},
		{"hole", raw(`{"a":{`+ok+`},"b":{"dtype":"U8","shape":[1],"data_offsets":[5,6]}}`, 6), `"b": 1 bytes before`},
		{"hole at the beginning", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), `"a": 4 bytes before`},
		{"tail", raw(`{"a":{`+ok+`}}`, 5), "1 bytes at the end"},
		{"metadata is a number", raw(`{"__metadata__":1}`, 0), "__metadata__"},
		{"metadata holds a number", raw(`{"__metadata__":{"a":1}}`, 0), "__metadata__"},
		{"metadata twice", raw(`{"__metadata__":{},"__metadata__":{}}`, 0), "twice"},
		{"zip", []byte("PK\x03\x04 and so on"), "zip"},
		{"pickle", []byte("\x80\x02\x8a\nl\xfc\x9cF\xf9 j"), "pickle"},
	}
	for _, c := range cases {
		f, err := Parse(c.data, "bad.safetensors")
		if err == nil {
			t.Errorf("%s: no error, tensors %v", c.name, f.Names())
			continue
		}
		if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "bad.safetensors") {
			t.Errorf("%s: the error is %q, want the file's name and %q", c.name, err, c.want)
		}
	}
}

func TestEveryTruncationIsAnError(t *testing.T) {
	data, err := Marshal(sample(), map[string]string{"a": "b"})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cut.safetensors")
	for n := range len(data) {
		if _, err := Parse(data[:n], "cut"); err == nil {
			t.Fatalf("%d of %d bytes: no error", n, len(data))
		}
	}
	if err := os.WriteFile(path, data[:len(data)-1], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("Open: %v", err)
	}
}

func TestUnusualButValid(t *testing.T) {
	for name, data := range map[string][]byte{
		"no tensors":        raw(`{}`, 0),
		"null metadata":     raw(`{"__metadata__":null}`, 0),
		"more spaces":       raw(`{ "a" : {"shape":[ ],"data_offsets":[0,1],"dtype":"BOOL"} }   `, 1),
		"an unknown member": raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":[{}]}}`, 1),
		"empty in between":  raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[0],"data_offsets":[1,1]},"c":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 2),
	} {
		if _, err := Parse(data, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
