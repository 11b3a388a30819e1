package autograd

// The border between the host and a device is crossed in both directions by an
// operation and its backward: what went up comes down as a gradient.

// To returns x in the memory of dev, where its gradient is computed too; x itself
// if it is there. x is on the host, or on dev.
func (tp *Tape) To(dev Device, x *Tensor) *Tensor {
	if dev == nil {
		dev = CPU
	}
	if x.device() == dev {
		x.last = false // it goes on as the result
		return x
	}
	x.mustHost("To")
	y := tp.result(dev, x.Shape()...)
	dev.Upload(y.at, x.Data)
	tp.recordUnread(y, toBack, x)
	tp.done(x)
	return y
}

// toBack: dx += dy.
func toBack(r *record) { crossBack(r.in[0], r.out.grad, downloadTo) }

// Host returns x on the host; x itself if it is there.
func (tp *Tape) Host(x *Tensor) *Tensor {
	if x.dev == nil {
		x.last = false // it goes on as the result
		return x
	}
	y := tp.result(CPU, x.Shape()...)
	x.dev.Download(y.Data, x.at)
	tp.recordUnread(y, hostBack, x)
	tp.done(x)
	return y
}

// hostBack: dx += dy.
func hostBack(r *record) { crossBack(r.in[0], r.out.grad, uploadTo) }

func downloadTo(dst, src *Tensor) { src.dev.Download(dst.Data, src.at) }
func uploadTo(dst, src *Tensor)   { dst.dev.Upload(dst.at, src.Data) }

// crossBack adds dy to the gradient of x, on the other side.
func crossBack(x, dy *Tensor, cross func(dst, src *Tensor)) {
	dx, fresh := x.target()
	if fresh {
		cross(dx, dy)
		return
	}
	tp := dy.tape
	here := tp.like(dx)
	cross(here, dy)
	x.device().Axpy(1, here.mem(), dx.mem())
	tp.drop(here)
}
