package weights

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"frontdoor/internal/budget"
)

// Before version 1.6 torch.save wrote no zip file: five pickles (a magic
// number, a version, the machine, the objects, the keys of the storages), and
// then each storage as its number of elements and their bytes, in the order of
// the keys. All numbers are little-endian, whatever the machine was.

// The magic number, as pickles write it in binary form and as text.
const (
	legacyMagic     = "\x8a\nl\xfc\x9cF\xf9 j"
	legacyMagicText = "L119547037146038801333356L\n"
)

// isLegacy says whether the file begins with the magic number in a pickle.
// Protocols 0 and 1 have no mark of their own; from 4 on the pickle is in a
// frame, which has a length of eight bytes.
func isLegacy(data []byte) bool {
	if bytes.HasPrefix(data, []byte(legacyMagicText)) {
		return true
	}
	if len(data) < 2 || data[0] != 0x80 || data[1] < 2 || data[1] > 5 {
		return false
	}
	rest := data[2:]
	if len(rest) >= 9 && rest[0] == 0x95 {
		rest = rest[9:]
	}
	return bytes.HasPrefix(rest, []byte(legacyMagic))
}

// parseLegacy reads the tensors of a file in the old format.
func parseLegacy(data []byte) (*File, error) {
	at, steps := 0, pickleBudget(len(data))
	var objects [5]any
	for i := range objects {
		v, n, err := readPickle(data[at:], steps)
		if err != nil {
			return nil, fmt.Errorf("part %d of the file: %w", i+1, err)
		}
		objects[i] = v
		at += n
	}
	keys, ok := objects[4].(*pyList)
	if !ok {
		return nil, fmt.Errorf("its list of storages is %s", kind(objects[4]))
	}
	l := legacy{data: data, at: at, places: make(map[string]span)}
	for _, key := range keys.items {
		if text, ok := key.(string); ok {
			l.order = append(l.order, text)
		}
	}
	l.sizes = make(map[string]int)
	if err := l.measure(objects[3], steps); err != nil {
		return nil, err
	}
	if err := l.walk(); err != nil {
		return nil, err
	}
	f := torchFile{storage: l.storage, budget: len(data)}
	return f.tensors(objects[3], steps)
}

// legacy finds the storages, whose places follow from the sizes of those
// before them.
type legacy struct {
	data   []byte
	at     int
	order  []string
	sizes  map[string]int // key -> bytes of an element
	places map[string]span
}

// measure notes the element size of each storage that the objects refer to.
// The places of all storages depend on it, those of an optimiser's tensors
// too, so everything is visited; tuples that lie in several places are visited
// in each, which counts as steps.
func (l *legacy) measure(root any, steps *budget.Budget) error {
	seen := make(map[any]bool)
	queue := []any{root}
	for len(queue) > 0 {
		v := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		var inner []any
		switch v := v.(type) {
		case pyTuple:
			inner = v
		case *pyList:
			if !seen[v] {
				inner = v.items
			}
			seen[v] = true
		case *pyDict:
			if !seen[v] {
				inner = v.values
			}
			seen[v] = true
		case *pyObject:
			if !seen[v] {
				inner = append(slices.Clip(v.args), v.state)
			}
			seen[v] = true
		case *pyPersistent:
			if s, err := storageOf(v); err == nil {
				l.sizes[s.key] = s.dtype.Size()
			}
		}
		if err := steps.Work(int64(len(inner))); err != nil {
			return err
		}
		queue = append(queue, inner...)
	}
	return nil
}

// walk finds the place of each storage.
func (l *legacy) walk() error {
	for _, key := range l.order {
		size, ok := l.sizes[key]
		if !ok {
			return fmt.Errorf("storage %q is of a type that is not understood", shorten(key))
		}
		if len(l.data)-l.at < 8 {
			return fmt.Errorf("it ends before storage %q; the file may be cut short", shorten(key))
		}
		n := binary.LittleEndian.Uint64(l.data[l.at:])
		l.at += 8
		if n > uint64((len(l.data)-l.at)/size) {
			return fmt.Errorf("it ends within storage %q; the file may be cut short", shorten(key))
		}
		if _, twice := l.places[key]; twice {
			return fmt.Errorf("storage %q is there twice", shorten(key))
		}
		l.places[key] = span{key, l.at, l.at + int(n)*size}
		l.at += int(n) * size
	}
	return nil
}

// storage returns the bytes of a storage.
func (l *legacy) storage(s pyStorage) ([]byte, error) {
	place, ok := l.places[s.key]
	if !ok {
		return nil, fmt.Errorf("the file has no storage %q", shorten(s.key))
	}
	if (place.end-place.begin)/s.dtype.Size() < s.n {
		return nil, fmt.Errorf("its storage has %d bytes, %d elements of %s are announced", place.end-place.begin, s.n, s.dtype)
	}
	return l.data[place.begin:place.end], nil
}
