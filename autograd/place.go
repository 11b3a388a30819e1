package autograd

import "fmt"

// Device returns what computes with t: CPU for a tensor of the host.
func (t *Tensor) Device() Device { return t.device() }

func (t *Tensor) device() Device {
	if t.dev == nil {
		return CPU
	}
	return t.dev
}

// Mem returns t's memory, for a device's kernels.
func (t *Tensor) Mem() Mem { return t.mem() }

func (t *Tensor) mem() Mem {
	if t.dev == nil {
		return hostMem(t.Data)
	}
	return t.at
}

// mat is t's memory as a matrix of its rows.
func (t *Tensor) mat() Mat { return Mat{t.mem(), t.Rows(), t.Cols()} }

// hold gives t the memory m of its device.
func (t *Tensor) hold(m Mem) {
	if t.dev == nil {
		t.Data = m.Host
	} else {
		t.at = m
	}
}

// held takes t's memory from it.
func (t *Tensor) held() Mem {
	m := t.mem()
	t.Data, t.at = nil, Mem{}
	return m
}

// on returns t's memory on dev: its own, or that of a copy that the device keeps
// of a frozen leaf of the host. It panics on anything else, which has to go there
// by Tape.To or MoveTo.
func (t *Tensor) on(op string, dev Device) Mem {
	if t.device() == dev {
		return t.mem()
	}
	if t.dev != nil || t.leaf == nil || t.needsGrad {
		panic(fmt.Sprintf("autograd: %s on %s: an operand of shape %v is in the memory of %s", op, dev.Name(), t.Shape(), t.device().Name()))
	}
	if meter, ok := dev.(*Meter); ok {
		return meter.weight(len(t.Data))
	}
	if m, ok := t.leaf.On(dev).(Mem); ok {
		return m
	}
	m := dev.New(len(t.Data))
	dev.Upload(m, t.Data)
	t.leaf.Keep(dev, m)
	return m
}

// matOn is the memory of on as a matrix of t's rows.
func (t *Tensor) matOn(op string, dev Device) Mat { return Mat{t.on(op, dev), t.Rows(), t.Cols()} }

// drop gives back the copies on devices.
func (l *leaf) drop() {
	l.copies.Range(func(dev, m any) bool {
		dev.(Device).Free(m.(Mem))
		l.copies.Delete(dev)
		return true
	})
}

// MoveTo moves a leaf to a device, where it stays: a parameter whose gradient and
// steps are computed there. CPU moves it back to the host. It panics on the result
// of an operation; a gradient is dropped.
func (t *Tensor) MoveTo(dev Device) {
	if t.leaf == nil {
		panic("autograd: MoveTo of the result of an operation")
	}
	if t.device() == dev {
		return
	}
	data := t.Host()
	t.leaf.drop()
	if t.dev != nil {
		if t.grad != nil {
			t.dev.Free(t.grad.held())
		}
		t.dev.Free(t.held())
	}
	t.grad, t.dev, t.Data = nil, nil, data
	if dev != CPU {
		m := dev.New(len(data))
		dev.Upload(m, data)
		t.dev, t.at, t.Data = dev, m, nil
	}
}

// Host returns the elements on the host: Data, or a copy of what a device holds.
func (t *Tensor) Host() []float32 {
	if t.dev == nil {
		return t.Data
	}
	data := make([]float32, t.Len())
	t.dev.Download(data, t.at)
	return data
}

// mustHost panics unless t is a tensor on the host.
func (t *Tensor) mustHost(op string) {
	switch {
	case t == nil:
		t.missing(0)
	case t.dev != nil:
		panic(fmt.Sprintf("autograd: %s reads a tensor of shape %v in the memory of %s; bring it to the host with Tape.Host", op, t.Shape(), t.dev.Name()))
	}
}

// onHost panics unless all operands are on the host.
func onHost(op string, ts ...*Tensor) {
	for _, t := range ts {
		t.mustHost(op)
	}
}
