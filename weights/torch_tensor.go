package weights

import (
	"errors"
	"fmt"
	"slices"
)

// pyTensor is a tensor as a pickle describes it.
type pyTensor struct {
	name          string
	storage       pyStorage
	offset        int // in elements
	shape, stride []int
}

// pyStorage is the array that a tensor, or several, look into.
type pyStorage struct {
	dtype DType
	key   string
	n     int // elements
}

// tensorOf reads the call that makes a tensor. Parameters wrap tensors, which
// depth bounds.
func tensorOf(object *pyObject, depth int) (pyTensor, error) {
	unknown := func() (pyTensor, error) {
		return pyTensor{}, fmt.Errorf("it is made by %s, which is not among the few functions that are understood", shorten(object.class.String()))
	}
	class, args := object.class, object.args
	switch class.String() {
	case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor":
		return denseTensor(args)
	case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
		if len(args) > 0 && depth > 0 {
			if inner, ok := args[0].(*pyObject); ok {
				return tensorOf(inner, depth-1)
			}
		}
	case "torch._tensor._rebuild_from_type_v2": // (function, class, arguments, attributes)
		if len(args) == 4 && depth > 0 {
			g, ok1 := args[0].(pyGlobal)
			inner, ok2 := args[2].(pyTuple)
			if ok1 && ok2 {
				return tensorOf(&pyObject{class: g, args: inner}, depth-1)
			}
		}
	}
	return unknown()
}

// denseTensor reads the arguments (storage, offset, shape, stride, ...).
func denseTensor(args pyTuple) (pyTensor, error) {
	if len(args) < 4 {
		return pyTensor{}, fmt.Errorf("it is described by %d values, want 4 or more", len(args))
	}
	var t pyTensor
	var err error
	if t.storage, err = storageOf(args[0]); err != nil {
		return t, err
	}
	offset, ok := args[1].(int64)
	shape, ok2 := sizes(args[2])
	stride, ok3 := sizes(args[3])
	if !ok || !ok2 || !ok3 || offset < 0 || len(shape) != len(stride) {
		return t, errors.New("its offset, shape or strides are impossible")
	}
	t.offset, t.shape, t.stride = int(offset), shape, stride
	return t, nil
}

// sizes reads a tuple of numbers, or torch.Size of one.
func sizes(v any) ([]int, bool) {
	if object, ok := v.(*pyObject); ok && object.class == (pyGlobal{"torch", "Size"}) && len(object.args) == 1 {
		v = object.args[0]
	}
	tuple, ok := v.(pyTuple)
	if list, is := v.(*pyList); is {
		tuple, ok = list.items, true
	}
	if !ok || len(tuple) > 64 { // PyTorch's own limit
		return nil, false
	}
	out := make([]int, len(tuple))
	for i, v := range tuple {
		n, ok := v.(int64)
		if !ok || n < 0 || int64(int(n)) != n {
			return nil, false
		}
		out[i] = int(n)
	}
	return out, true
}

// storageTypes are the classes of storages that are understood.
var storageTypes = map[string]DType{
	"DoubleStorage": F64, "FloatStorage": F32, "HalfStorage": F16, "BFloat16Storage": BF16,
	"LongStorage": I64, "IntStorage": I32, "ShortStorage": I16, "CharStorage": I8,
	"ByteStorage": U8, "BoolStorage": Bool,
}

// storageOf reads the reference ("storage", class, key, device, elements).
func storageOf(v any) (pyStorage, error) {
	reference, ok := v.(*pyPersistent)
	if !ok {
		return pyStorage{}, fmt.Errorf("its numbers are %s, want a storage", kind(v))
	}
	id, ok := reference.id.(pyTuple)
	if !ok || len(id) < 5 || id[0] != any("storage") {
		return pyStorage{}, errors.New("its storage is described in a way that is not understood")
	}
	class, ok1 := id[1].(pyGlobal)
	key, ok2 := id[2].(string)
	n, ok3 := id[4].(int64)
	if !ok1 || !ok2 || !ok3 || n < 0 || int64(int(n)) != n {
		return pyStorage{}, errors.New("its storage is described in a way that is not understood")
	}
	dtype, known := storageTypes[class.name]
	if !known || !slices.Contains([]string{"torch", "torch.storage", "torch.cuda"}, class.module) {
		return pyStorage{}, fmt.Errorf("its numbers are in a %s, a type that is not understood; convert it to float32, float16 or bfloat16", shorten(class.String()))
	}
	return pyStorage{dtype: dtype, key: key, n: int(n)}, nil
}
