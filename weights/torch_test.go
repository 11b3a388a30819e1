package weights

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pickler writes pickles, so that files with any fault can be made.
type pickler struct{ bytes.Buffer }

func (p *pickler) op(ops ...byte) *pickler { p.Write(ops); return p }

func (p *pickler) text(s string) *pickler {
	p.op('X')
	binary.Write(p, binary.LittleEndian, uint32(len(s)))
	p.WriteString(s)
	return p
}

func (p *pickler) int(v int) *pickler {
	if v >= math.MinInt32 && v <= math.MaxInt32 {
		p.op('J')
		binary.Write(p, binary.LittleEndian, int32(v))
		return p
	}
	p.op(0x8a, 8)
	binary.Write(p, binary.LittleEndian, int64(v))
	return p
}

func (p *pickler) global(name string) *pickler {
	i := strings.LastIndex(name, ".")
	fmt.Fprintf(p, "c%s\n%s\n", name[:i], name[i+1:])
	return p
}

func (p *pickler) ints(v ...int) *pickler {
	p.op('(')
	for _, x := range v {
		p.int(x)
	}
	return p.op('t')
}

// tensor writes a call of _rebuild_tensor_v2.
func (p *pickler) tensor(class, key string, n, offset int, shape, stride []int) *pickler {
	p.global("torch._utils._rebuild_tensor_v2").op('(')
	p.op('(').text("storage").global(class).text(key).text("cpu").int(n).op('t', 'Q')
	p.int(offset).ints(shape...).ints(stride...).op(0x89).global("collections.OrderedDict").op(')', 'R')
	return p.op('t', 'R')
}

// vector writes a plain float32 tensor.
func (p *pickler) vector(key string, n int) *pickler {
	return p.tensor("torch.FloatStorage", key, n, 0, []int{n}, []int{1})
}

// dict writes a dictionary whose entries write calls.
func dict(entries func(p *pickler)) []byte {
	p := &pickler{}
	p.op(0x80, 2, '}', '(')
	entries(p)
	return p.op('u', '.').Bytes()
}

// archiveOf makes a PyTorch archive of a description and storages; more are
// further members by their full names.
func archiveOf(t testing.TB, description []byte, storages map[string][]byte, more ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	add := func(name string, content []byte) {
		m, err := w.CreateRaw(&zip.FileHeader{
			Name: name, Method: zip.Store, CRC32: crc32.ChecksumIEEE(content),
			CompressedSize64: uint64(len(content)), UncompressedSize64: uint64(len(content)),
		})
		if err == nil {
			_, err = m.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if description != nil {
		add("any name/data.pkl", description)
	}
	for _, key := range []string{"0", "1", "2"} {
		if content, ok := storages[key]; ok {
			add("any name/data/"+key, content)
		}
	}
	for _, name := range more {
		add(name, []byte("big"))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// f32s returns the bytes of float32 numbers.
func f32s(v ...float32) []byte { return NewF32("", []int{len(v)}, v).Data }

// made is a file that torch_files.py wrote: a in various strides and types.
func made(t *testing.T, name string) *File {
	t.Helper()
	f, err := Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// values returns everything in a file as text.
func values(f *File) map[string]string {
	out := map[string]string{}
	for _, name := range f.Names() {
		t, _ := f.Tensor(name)
		out[name] = fmt.Sprintf("%s%v%v", t.DType, t.Shape, t.CopyFloat32())
	}
	return out
}

// What PyTorch itself wrote: every type, views of a shared storage, a
// parameter, a nested checkpoint with objects of foreign classes, the format
// before 1.6, and a traced module of modules.
func TestFilesOfPyTorch(t *testing.T) {
	linear := map[string]string{
		"bias":         "F32[2][0.5 -1]",
		"weight":       "F32[2 3][1 2 3 4 5 6]",
		"child.weight": "F16[1 2][1.5 -2]",
		"child.bias":   "F16[1][0.25]",
	}
	views := map[string]string{
		"f16": "F16[2][1 -0.5]", "bf16": "BF16[2][1 -0.5]", "f32": "F32[2 3][0 1 2 3 4 5]", "f64": "F64[1][0.1]",
		"i64": "I64[][77]", "i32": "I32[2][-1 2]", "i16": "I16[1][-3]", "i8": "I8[1][-4]", "u8": "U8[1][200]", "bool": "BOOL[2][1 0]",
		"transposed": "F32[3 2][0 3 1 4 2 5]", "row": "F32[3][3 4 5]", "column": "F32[2][1 4]", "empty": "F32[0 3][]",
		"parameter": "F32[2][0.5 -1]", "steps": "F32[3][0 2 4]", "half_transposed": "F16[2 2][1 3 2 4]",
	}
	for name, want := range map[string]map[string]string{
		"traced.pt": linear, "scripted.pt": linear, "checkpoint.pth": linear,
		"views.pt": views, "views_legacy.pt": views, "views_legacy1.pt": views, "views_protocol4.pt": views,
		"key_of_number.pt": {"weight": "F32[2][1.5 -2]"},
	} {
		if diff := cmp.Diff(want, values(made(t, name))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEveryTruncationOfPyTorchFiles(t *testing.T) {
	for _, name := range []string{"checkpoint.pth", "views_legacy.pt", "views_legacy1.pt"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		for n := range len(data) {
			if _, err := Parse(data[:n], "cut"); err == nil {
				t.Fatalf("%s: %d of %d bytes: no error", name, n, len(data))
			}
		}
	}
}

// Any damaged byte of a storage is noticed.
func TestChecksum(t *testing.T) {
	data, err := os.ReadFile("testdata/checkpoint.pth")
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, f32s(1, 2, 3, 4, 5, 6))
	if at < 0 {
		t.Fatal("no such storage")
	}
	data[at+5]++
	if _, err := Parse(data, "damaged"); err == nil || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("error %v", err)
	}
	// A checksum of 0 was not computed. It is in front of the member too, where
	// nobody looks.
	sum := binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(f32s(1, 2, 3, 4, 5, 6)))
	if at := bytes.LastIndex(data, sum); at >= 0 {
		copy(data[at:], []byte{0, 0, 0, 0})
	}
	if _, err := Parse(data, "without"); err != nil {
		t.Error(err)
	}
}

// A file that another program has packed anew, as PyTorch reads it too.
func TestCompressedArchive(t *testing.T) {
	pack := func(storage []byte) []byte {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		description := dict(func(p *pickler) { p.text("w").vector("0", 3) })
		for name, content := range map[string][]byte{"a/data.pkl": description, "a/data/0": storage} {
			m, err := w.Create(name)
			if err == nil {
				_, err = m.Write(content)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	f, err := Parse(pack(f32s(1, 2, 3)), "a")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"w": "F32[3][1 2 3]"}, values(f)); diff != "" {
		t.Error(diff)
	}
	if _, err := Parse(pack(make([]byte, 20<<20)), "a"); err == nil || !strings.Contains(err.Error(), "times the file") {
		t.Errorf("20 MiB of nothing: %v", err)
	}
}

// PyTorch on a big-endian machine says so in the archive.
func TestBigEndianArchive(t *testing.T) {
	description := dict(func(p *pickler) { p.text("w").vector("0", 2).text("again").vector("0", 2) })
	archive := archiveOf(t, description, map[string][]byte{"0": {0x3f, 0x80, 0, 0, 0x40, 0, 0, 0}}, "any name/byteorder")
	f, err := Parse(archive, "a")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"w": "F32[2][1 2]", "again": "F32[2][1 2]"}, values(f)); diff != "" {
		t.Error(diff)
	}
}

func TestNothingIsCalled(t *testing.T) {
	// The classic attack: an object whose making runs a command. As part of a
	// checkpoint it is passed over; where there is nothing else it is named.
	attack := func(p *pickler) { p.global("posix.system").op('(').text("true").op('t', 'R') }
	beside := dict(func(p *pickler) {
		p.text("evil")
		attack(p)
		p.text("state_dict").op('}').text("w").vector("0", 2).op('s')
	})
	f, err := Parse(archiveOf(t, beside, map[string][]byte{"0": f32s(1, 2)}), "a")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"w": "F32[2][1 2]"}, values(f)); diff != "" {
		t.Error(diff)
	}
	within := dict(func(p *pickler) { p.text("w"); attack(p) })
	if _, err := Parse(archiveOf(t, within, nil), "a"); err == nil || !strings.Contains(err.Error(), `"w" is made by posix.system`) {
		t.Errorf("error %v", err)
	}
}

// Objects of other people's classes, made in each of the ways there are, lie
// beside the weights and are passed over.
func TestForeignObjects(t *testing.T) {
	for name, write := range map[string]func(p *pickler){
		"called": func(p *pickler) {
			p.global("numpy.core.multiarray.scalar").op('(').text("f8").op('C', 2, 1, 2, 't', 'R')
		},
		"with state":  func(p *pickler) { p.global("a.B").op(')', 0x81, '}').text("x").op('K', 1, 's', 'b') },
		"keywords":    func(p *pickler) { p.global("a.B").op(')', '}', 0x92) },
		"a list":      func(p *pickler) { p.global("collections.deque").op(')', 'R', '(', 'K', 1, 'K', 2, 'e') },
		"a mapping":   func(p *pickler) { p.global("a.Dict").op(')', 'R').text("k").op('N', 's') },
		"a set":       func(p *pickler) { p.op(0x8f, '(', 'K', 1, 0x90) },
		"frozen":      func(p *pickler) { p.op('(', 'K', 1, 0x91) },
		"bytes":       func(p *pickler) { p.op(0x96, 1, 0, 0, 0, 0, 0, 0, 0, 7) },
		"large":       func(p *pickler) { p.op(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1) },
		"name apart":  func(p *pickler) { p.text("a").text("B").op(0x93) },
		"thrown away": func(p *pickler) { p.op('N', '(', 'K', 1, '1', '2', '0') },
	} {
		description := dict(func(p *pickler) {
			p.text("foreign")
			write(p)
			p.text("state_dict").op('}').text("w").vector("0", 1).op('s')
		})
		f, err := Parse(archiveOf(t, description, map[string][]byte{"0": f32s(5)}), "a")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := values(f)["w"]; got != "F32[1][5]" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// Which of several sets of tensors is the model.
func TestChoiceAmongSets(t *testing.T) {
	set := func(p *pickler, names ...string) {
		p.op('}')
		for _, name := range names {
			p.text(name).vector("0", 1).op('s')
		}
	}
	for name, c := range map[string]struct {
		write func(p *pickler)
		want  string // the first tensor, or an error
	}{
		"deep under unusual keys": {func(p *pickler) {
			p.text("foo").op('}').text("bar").op('}').text("baz")
			set(p, "model")
			p.op('s', 's')
		}, "model"},
		"state of a random generator beside it": {func(p *pickler) {
			p.text("rng").vector("0", 1)
			p.text("foo")
			set(p, "model", "more")
		}, "model"},
		"a tensor's notes beside tensors": {func(p *pickler) {
			p.text("model1").vector("0", 1).text("model2").vector("0", 1)
			p.text("extra")
			set(p, "x")
		}, "model1"},
		"the larger of two": {func(p *pickler) {
			p.text("loss")
			set(p, "weight")
			p.text("foo")
			set(p, "model", "more")
		}, "model"},
		"a larger average": {func(p *pickler) {
			p.text("foo_ema")
			set(p, "n_averaged", "model", "more")
			p.text("foo")
			set(p, "model")
		}, "model"},
		"two alike": {func(p *pickler) {
			p.text("ema")
			set(p, "a")
			p.text("teacher")
			set(p, "b")
		}, "several sets of tensors"},
	} {
		f, err := Parse(archiveOf(t, dict(c.write), map[string][]byte{"0": f32s(5)}), "a")
		switch {
		case err != nil && !strings.Contains(err.Error(), c.want):
			t.Errorf("%s: %v", name, err)
		case err == nil && f.Names()[0] != c.want:
			t.Errorf("%s: %q", name, f.Names())
		}
	}
}
