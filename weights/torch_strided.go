package weights

import (
	"fmt"
	"slices"

	"frontdoor/internal/budget"
)

// torchFile makes tensors out of storages.
type torchFile struct {
	// storage returns the bytes of a storage.
	storage func(s pyStorage) ([]byte, error)
	// budget is how many bytes may still be copied: as many as the file has.
	// Tensors that lie in the file as they are needed are not copied.
	budget int
	// shown is how many elements of each storage the tensors have, those that
	// several have counted for each.
	shown map[string]int
}

// maxShown is how often the tensors of a file may have the same numbers, as models
// with tied weights do: whoever uses a tensor may need a copy of its own.
const maxShown = 4

// tensors returns the tensors that a pickle describes.
func (f *torchFile) tensors(root any, steps *budget.Budget) (*File, error) {
	found, err := findTensors(root, steps)
	if err != nil {
		return nil, err
	}
	f.shown = map[string]int{}
	out := &File{tensors: make(map[string]Tensor, len(found.tensors)), metadata: found.metadata, notes: found.notes}
	for _, p := range found.tensors {
		t, err := f.tensor(p)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", shorten(p.name), err)
		}
		out.tensors[p.name] = t
	}
	return out, nil
}

// tensor reads one tensor. It is a view into its storage; if it is not the
// plain row-major one (a transposed weight, say) its numbers are gathered.
func (f *torchFile) tensor(p pyTensor) (Tensor, error) {
	t := Tensor{Name: p.name, DType: p.storage.dtype, Shape: p.shape}
	n, ok := elements(p.shape)
	if !ok {
		return t, fmt.Errorf("its shape %v is impossible", p.shape)
	}
	last, ok := lastElement(p)
	if !ok || n > 0 && last >= p.storage.n {
		return t, fmt.Errorf("shape %v with strides %v from element %d reaches outside its storage of %d elements", p.shape, p.stride, p.offset, p.storage.n)
	}
	if n > p.storage.n {
		return t, fmt.Errorf("shape %v repeats the elements of a storage of %d", p.shape, p.storage.n)
	}
	if n == 0 {
		return t, nil
	}
	if f.shown[p.storage.key] += n; f.shown[p.storage.key]/maxShown > p.storage.n {
		return t, fmt.Errorf("more than %d tensors are all of its storage: the file is made to do harm", maxShown)
	}
	data, err := f.storage(p.storage)
	if err != nil {
		return t, err
	}
	size := t.DType.Size()
	if isPlain(p) {
		begin, end := p.offset*size, (p.offset+n)*size
		t.Data = data[begin:end:end]
		return t, nil
	}
	if f.budget -= n * size; f.budget < 0 {
		return t, fmt.Errorf("the tensors take more memory than the file has bytes")
	}
	t.Data = gather(p, data, n, size)
	return t, nil
}

// lastElement returns the index in the storage of the last element, or false
// if it overflows.
func lastElement(p pyTensor) (int, bool) {
	last := p.offset
	for i, d := range p.shape {
		if d == 0 {
			return 0, true
		}
		// A product overflows unless one factor is tiny or both are modest.
		reach := (d - 1) * p.stride[i]
		if d > 1 && (reach/(d-1) != p.stride[i] || reach < 0) {
			return 0, false
		}
		if last += reach; last < 0 {
			return 0, false
		}
	}
	return last, true
}

// isPlain says whether the elements follow each other in row-major order. The
// stride of a dimension of one element does not matter.
func isPlain(p pyTensor) bool {
	want := 1
	for i := len(p.shape) - 1; i >= 0; i-- {
		if p.shape[i] != 1 && p.stride[i] != want {
			return false
		}
		want *= p.shape[i]
	}
	return true
}

// gather copies n elements of size bytes, in row-major order of the shape.
func gather(p pyTensor, data []byte, n, size int) []byte {
	out := make([]byte, 0, n*size)
	index := make([]int, len(p.shape))
	at := p.offset
	for range n {
		out = append(out, data[at*size:(at+1)*size]...)
		for i := len(index) - 1; i >= 0; i-- {
			index[i]++
			at += p.stride[i]
			if index[i] < p.shape[i] {
				break
			}
			at -= index[i] * p.stride[i]
			index[i] = 0
		}
	}
	return slices.Clip(out)
}
