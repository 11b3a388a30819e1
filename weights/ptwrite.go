package weights

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strconv"
)

// EncodeTorch writes a checkpoint that Python reads with torch.load: the
// dictionary {"state_dict": tensors by name, "epoch": epoch}, which is what
// the loaders of CoOp and its descendants look for. Tensors keep their types
// and come in the order given. Two tensors of one name, and data that does not
// fit type and shape, are errors.
func EncodeTorch(w io.Writer, tensors []Tensor, epoch int) error {
	seen := map[string]bool{}
	for _, t := range tensors {
		if err := check(t); err != nil {
			return fmt.Errorf("weights: tensor %q: %w", t.Name, err)
		}
		if seen[t.Name] {
			return fmt.Errorf("weights: tensor %q is there twice", t.Name)
		}
		seen[t.Name] = true
	}
	return writeTorch(w, tensors, epoch)
}

// torchRoot is the folder of all members, as torch.save names it.
const torchRoot = "archive/"

// torchAlign is where in the file PyTorch begins members: at multiples of it,
// so that a mapped file can be used in place.
const torchAlign = 64

func writeTorch(w io.Writer, tensors []Tensor, epoch int) error {
	count := &counter{w: w}
	z := zip.NewWriter(count)
	member := func(name string, content []byte) error {
		if err := z.Flush(); err != nil {
			return err
		}
		h := &zip.FileHeader{
			Name: torchRoot + name, Method: zip.Store, CRC32: crc32.ChecksumIEEE(content),
			CompressedSize64: uint64(len(content)), UncompressedSize64: uint64(len(content)),
		}
		h.Extra = padding(count.n, len(h.Name))
		out, err := z.CreateRaw(h)
		if err != nil {
			return err
		}
		_, err = out.Write(content)
		return err
	}
	if err := member("data.pkl", checkpointPickle(tensors, epoch)); err != nil {
		return err
	}
	if err := member("byteorder", []byte("little")); err != nil {
		return err
	}
	for i, t := range tensors {
		if err := member("data/"+strconv.Itoa(i), t.Data); err != nil {
			return err
		}
	}
	if err := member("version", []byte("3\n")); err != nil {
		return err
	}
	return z.Close()
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int
}

// Write passes p on.
func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += n
	return n, err
}

// padding returns an extra field that makes the content of a member whose
// header begins at byte at start at a multiple of torchAlign.
func padding(at, name int) []byte {
	const header, field = 30, 4 // bytes of a member's header and of an extra field's
	n := (torchAlign - (at+header+name+field)%torchAlign) % torchAlign
	extra := []byte{'F', 'B', byte(n), 0}
	return append(extra, bytes.Repeat([]byte{'Z'}, n)...)
}

// pickleWriter writes the instructions of a pickle, protocol 2.
type pickleWriter struct{ bytes.Buffer }

// checkpointPickle describes {"state_dict": OrderedDict, "epoch": n}, where
// the numbers of tensor i are the member data/i.
func checkpointPickle(tensors []Tensor, epoch int) []byte {
	p := &pickleWriter{}
	p.WriteString("\x80\x02") // PROTO 2
	p.WriteString("}(")       // EMPTY_DICT MARK
	p.text("state_dict")
	p.orderedDict()
	p.WriteByte('(') // MARK
	for i, t := range tensors {
		p.text(t.Name)
		p.tensor(strconv.Itoa(i), t)
	}
	p.WriteByte('u') // SETITEMS
	p.text("epoch")
	p.number(epoch)
	p.WriteString("u.") // SETITEMS STOP
	return p.Bytes()
}

func (p *pickleWriter) text(s string) {
	p.WriteByte('X') // BINUNICODE
	p.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(s))))
	p.WriteString(s)
}

// number writes an integer in eight bytes.
func (p *pickleWriter) number(n int) {
	p.WriteString("\x8a\x08") // LONG1 of 8 bytes
	p.Write(binary.LittleEndian.AppendUint64(nil, uint64(n)))
}

func (p *pickleWriter) global(module, name string) { p.WriteString("c" + module + "\n" + name + "\n") }

// orderedDict calls collections.OrderedDict().
func (p *pickleWriter) orderedDict() {
	p.global("collections", "OrderedDict")
	p.WriteString(")R") // EMPTY_TUPLE REDUCE
}

// tuple writes a tuple of numbers.
func (p *pickleWriter) tuple(ns []int) {
	p.WriteByte('(') // MARK
	for _, n := range ns {
		p.number(n)
	}
	p.WriteByte('t') // TUPLE
}

// tensor calls torch._utils._rebuild_tensor_v2(storage, 0, shape, strides,
// False, OrderedDict()), the storage being ("storage", class, key, "cpu",
// elements) outside the pickle.
func (p *pickleWriter) tensor(key string, t Tensor) {
	p.global("torch._utils", "_rebuild_tensor_v2")
	p.WriteString("((") // MARK MARK
	p.text("storage")
	p.global("torch", storageName(t.DType))
	p.text(key)
	p.text("cpu")
	p.number(t.Len())
	p.WriteString("tQ") // TUPLE BINPERSID
	p.number(0)
	p.tuple(t.Shape)
	stride, strides := 1, make([]int, len(t.Shape))
	for i, d := range slices.Backward(t.Shape) {
		strides[i] = stride
		stride *= max(1, d)
	}
	p.tuple(strides)
	p.WriteByte('\x89') // NEWFALSE
	p.orderedDict()
	p.WriteString("tR") // TUPLE REDUCE
}

// storageName is the class of PyTorch's storages of a type.
func storageName(d DType) string {
	for name, dtype := range storageTypes {
		if dtype == d {
			return name
		}
	}
	panic("weights: no storage of type " + string(d)) // check knows the types
}
