package weights

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBadPyTorchFiles(t *testing.T) {
	one := map[string][]byte{"0": f32s(1, 2)}
	entry := func(write func(p *pickler)) []byte {
		return dict(func(p *pickler) { p.text("w"); write(p) })
	}
	tensor := func(class string, n, offset int, shape, stride []int) []byte {
		return entry(func(p *pickler) { p.tensor(class, "0", n, offset, shape, stride) })
	}
	const float = "torch.FloatStorage"
	for _, c := range []struct {
		name        string
		description []byte
		want        string
	}{
		{"not a pickle", []byte("world"), "0x77"},
		{"an empty pickle", nil, "no FOLDER/data.pkl"},
		{"cut short", dict(func(*pickler) {})[:3], "too early"},
		{"old protocol", []byte("Vstorage\n0P1\n."), "(PERSID)"},
		{"extension", []byte("\x80\x02\x82\x01."), "(EXT1)"},
		{"unknown instruction", []byte("\x80\x02\xff."), "0xff"},
		{"later protocol", []byte("\x80\x09N."), "protocol 9"},
		{"nothing to pop", []byte("\x80\x020."), "nothing on its stack"},
		{"nothing to stop with", []byte("\x80\x02."), "nothing on its stack"},
		{"no mark", []byte("\x80\x02Nt."), "no mark"},
		{"stop with a mark", []byte("\x80\x02(."), "nothing on its stack"},
		{"missing memory", []byte("\x80\x02h\x07."), "number 7"},
		{"a number is called", []byte("\x80\x02K\x01)R."), "an integer"},
		{"called with a number", []byte("\x80\x02ca\nb\nK\x01R."), "a.b with an integer"},
		{"half an entry", []byte("\x80\x02}(Nu."), "key without a value"},
		{"a number is filled", []byte("\x80\x02K\x01NNs."), "an integer cannot be filled"},
		{"huge text", []byte("\x80\x02X\xff\xff\xff\xffabc."), "too early"},
		{"huger text", []byte("\x80\x02\x8d\xff\xff\xff\xff\xff\xff\xff\xffabc."), "too early"},
		{"a number", []byte("\x80\x02K\x01."), "an integer, neither"},
		{"no tensors", dict(func(p *pickler) { p.text("epoch").int(3) }), "no tensors"},
		{"a whole model", []byte("\x80\x02cmodels\nNet\n)\x81."), "models.Net"},
		{"unknown type", tensor("torch.ComplexFloatStorage", 2, 0, []int{2}, []int{1}), `"w": its numbers are in a torch.ComplexFloatStorage`},
		{"negative shape", tensor(float, 2, 0, []int{-1}, []int{1}), `"w"`},
		{"negative offset", tensor(float, 2, -1, []int{1}, []int{1}), `"w"`},
		{"negative stride", tensor(float, 2, 1, []int{2}, []int{-1}), `"w"`},
		{"shape without strides", tensor(float, 2, 0, []int{2}, nil), `"w"`},
		{"outside", tensor(float, 2, 1, []int{2}, []int{1}), `"w": shape [2] with strides [1] from element 1 reaches outside`},
		{"far outside", tensor(float, 2, 0, []int{2}, []int{math.MaxInt/2 + 1}), "reaches outside"},
		{"overflowing", tensor(float, 2, math.MaxInt/2+1, []int{3}, []int{math.MaxInt/2 + 1}), "reaches outside"},
		{"overflowing shape", tensor(float, 2, 0, []int{math.MaxInt, math.MaxInt}, []int{0, 0}), "impossible"},
		{"repeated", tensor(float, 2, 0, []int{1 << 30}, []int{0}), "repeats"},
		{"all of one storage", dict(func(p *pickler) {
			for i := range 5 * maxShown {
				p.text(fmt.Sprint(i)).vector("0", 2)
			}
		}), "all of its storage"},
		{"storage too small", tensor(float, 3, 0, []int{3}, []int{1}), "has 8 bytes, 3 elements of F32"},
		{"storage far too small", tensor(float, 1<<30, 0, []int{1 << 30}, []int{1}), "has 8 bytes"},
		{"no storage", entry(func(p *pickler) { p.vector("7", 1) }), `no member "any name/data/7"`},
		{"storage elsewhere", entry(func(p *pickler) { p.vector("../data.pkl", 1) }), "no member"},
		{"twice", dict(func(p *pickler) { p.text("w").vector("0", 1).text("w").vector("0", 2) }), `"w": it is there twice`},
		{"in itself", []byte("\x80\x02}q\x00X\x0a\x00\x00\x00state_dicth\x00s."), "no tensors"},
		{"module in itself", []byte("\x80\x02c__torch__\nM\n)\x81q\x00}X\x01\x00\x00\x00ah\x00sb."), "in itself"},
		{"parameter of nothing", entry(func(p *pickler) { p.global("torch._utils._rebuild_parameter").op(')', 'R') }), "_rebuild_parameter"},
		{"tensor of nothing", entry(func(p *pickler) { p.global("torch._utils._rebuild_tensor_v2").op(')', 'R') }), "0 values"},
		{"quantised", entry(func(p *pickler) { p.global("torch._utils._rebuild_qtensor").op(')', 'R') }), "_rebuild_qtensor"},
	} {
		_, err := Parse(archiveOf(t, c.description, one), "bad.pt")
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "bad.pt") {
			t.Errorf("%s: the error is %v, want the file's name and %q", c.name, err, c.want)
		}
	}
}

func TestBadArchives(t *testing.T) {
	good := dict(func(p *pickler) { p.text("w").vector("0", 2) })
	one := map[string][]byte{"0": f32s(1, 2)}
	archive := archiveOf(t, good, one)
	// The directory is at the end; it says where each member begins.
	overlapping := bytes.Clone(archive)
	last := overlapping[bytes.LastIndex(overlapping, []byte("PK\x01\x02")):]
	copy(last[42:46], []byte{0, 0, 0, 0})
	compressed := bytes.Clone(archive)
	compressed[bytes.Index(compressed, []byte("PK\x01\x02"))+10] = 8
	method := bytes.Clone(archive)
	method[bytes.Index(method, []byte("PK\x01\x02"))+10] = 12
	lying := bytes.Clone(archive)
	copy(lying[bytes.LastIndex(lying, []byte("PK\x01\x02"))+20:], "\xff\xff\xff\x7f\xff\xff\xff\x7f")
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"no directory", archive[:len(archive)-30], "cut short"},
		{"two descriptions", archiveOf(t, good, one, "other/data.pkl"), "both"},
		{"two members of a name", archiveOf(t, good, one, "any name/data/0"), "two members"},
		{"no description", archiveOf(t, nil, one), "no FOLDER/data.pkl"},
		{"overlap", overlapping, "overlap"},
		{"not compressed", compressed, "cannot be unpacked"},
		{"compressed otherwise", method, "method 12"},
		{"lying length", lying, "announces 2147483647 bytes"},
		{"pickle of somebody else", []byte("\x80\x04\x95\x01\x00\x00\x00\x00\x00\x00\x00N."), "torch.save did not make"},
	} {
		if _, err := Parse(c.data, "bad.pt"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want %q", c.name, err, c.want)
		}
	}
}

// Many copies of one storage may not take more memory than the file has.
func TestBudgetOfCopies(t *testing.T) {
	description := dict(func(p *pickler) {
		for i := range 100 {
			p.text(strings.Repeat("x", i+1)).tensor("torch.FloatStorage", "0", 16384, 0, []int{128, 128}, []int{1, 128})
		}
	})
	data := archiveOf(t, description, map[string][]byte{"0": make([]byte, 65536)})
	if _, err := Parse(data, "a"); err == nil || !strings.Contains(err.Error(), "more memory") {
		t.Errorf("error %v", err)
	}
}

// A dictionary that is copied again and again is stopped.
func TestPickleOfCopies(t *testing.T) {
	p := &pickler{}
	p.op(0x80, 2, '}', 'q', 0, '(')
	for range 20000 {
		p.op('K', 1, 'K', 1)
	}
	p.op('u')
	for range 20000 {
		p.global("collections.OrderedDict").op('h', 0, 0x85, 'R', '0')
	}
	p.op('.')
	if _, _, err := readPickle(p.Bytes(), pickleBudget(p.Len())); err == nil || !strings.Contains(err.Error(), "instructions") {
		t.Errorf("error %v", err)
	}
}

func TestIndex(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, tensors ...Tensor) {
		if err := Write(filepath.Join(dir, name), tensors, nil); err != nil {
			t.Fatal(err)
		}
	}
	write("1.safetensors", NewF32("a", []int{1}, []float32{1}), NewF32("b", []int{1}, []float32{2}))
	write("2.safetensors", NewF16("c", []int{1}, []float32{3}))
	index := filepath.Join(dir, "model.safetensors.index.json")
	open := func(text string) (*File, error) {
		if err := os.WriteFile(index, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return Open(index)
	}
	f, err := open(`{"metadata": {"total_size": 10}, "weight_map": {"a": "1.safetensors", "c": "2.safetensors", "b": "1.safetensors"}}`)
	if err != nil {
		t.Fatal(err)
	}
	got := values(f)
	if err := f.Close(); err != nil || len(got) != 3 || got["c"] != "F16[1][3]" || got["b"] != "F32[1][2]" {
		t.Errorf("%v, %v", got, err)
	}
	for text, want := range map[string]string{
		`{"weight_map": {"a": "../1.safetensors"}}`:             "not beside it",
		`{"weight_map": {"a": "/etc/passwd"}}`:                  "not beside it",
		`{"weight_map": {"a": ".."}}`:                           "not beside it",
		`{"weight_map": {"a": "3.safetensors"}}`:                "3.safetensors",
		`{"weight_map": {"c": "1.safetensors"}}`:                `"c"`,
		`{"weight_map": {"a": "model.safetensors.index.json"}}`: "safetensors",
		`{"weight_map": {}}`:                                    "no weight_map",
		`{"weight_map": `:                                       "index of several",
		`{"architectures": ["CLIPModel"]}`:                      "a configuration in JSON",
	} {
		if _, err := open(text); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), index) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}
