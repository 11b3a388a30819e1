package cuda

import (
	"encoding/binary"
	"math"
)

// queue holds launches that the device has not got yet. Operations only add to
// it; the driver is called when a result is wanted, and then for all of them,
// by a graph if the same launches have come before.
type queue struct {
	launches []queued
	params   []byte // of all launches
}

type queued struct {
	name            string
	grid            [3]uint32
	threads, shared uint32
	from, to        int // in params
}

func (q *queue) reset() { q.launches, q.params = q.launches[:0], q.params[:0] }

// args appends the parameters of the next launch, each aligned to its size.
type args struct {
	q    *queue
	from int
}

func (d *Device) args() args {
	q := &d.queue
	for len(q.params)%8 != 0 {
		q.params = append(q.params, 0)
	}
	return args{q, len(q.params)}
}

func (a args) ptr(p Pointer) args {
	for (len(a.q.params)-a.from)%8 != 0 {
		a.q.params = append(a.q.params, 0)
	}
	a.q.params = binary.LittleEndian.AppendUint64(a.q.params, uint64(p))
	return a
}

func (a args) int(n int) args {
	if n < 0 || int64(n) > math.MaxUint32 {
		panic("cuda: a kernel's parameter does not fit into 32 bits")
	}
	a.q.params = binary.LittleEndian.AppendUint32(a.q.params, uint32(n))
	return a
}

func (a args) flag(on bool) args {
	if on {
		return a.int(1)
	}
	return a.int(0)
}

func (a args) float(x float32) args {
	a.q.params = binary.LittleEndian.AppendUint32(a.q.params, math.Float32bits(x))
	return a
}

// launch queues a kernel on a grid of blocks. A grid without blocks is nothing.
func (a args) launch(name string, x, y, z, threads, shared int) {
	if x == 0 || y == 0 || z == 0 {
		a.q.params = a.q.params[:a.from]
		return
	}
	a.q.launches = append(a.q.launches, queued{
		name: name, grid: [3]uint32{uint32(x), uint32(y), uint32(z)},
		threads: uint32(threads), shared: uint32(shared), from: a.from, to: len(a.q.params),
	})
}

// flush gives the device all that is queued.
func (d *Device) flush() {
	if len(d.queue.launches) == 0 {
		return
	}
	if d.err == nil {
		onThread(func() {
			if r := d.drv.CtxSetCurrent(d.context); r != Success {
				d.fail(check("cuCtxSetCurrent", r))
			} else if err := d.graphs.run(d, &d.queue); err != nil {
				d.fail(err)
			}
		})
	}
	d.queue.reset()
}

// prepare returns the driver's form of a launch.
func (d *Device) prepare(l *queued, params []byte) (Launch, error) {
	k, err := d.kernel(l.name)
	if err != nil {
		return Launch{}, err
	}
	if l.shared > k.shared {
		if r := d.drv.FuncSetAttribute(k.function, FunctionDynamicShared, int(l.shared)); r != Success {
			return Launch{}, &Error{"cuFuncSetAttribute", r, l.name}
		}
		k.shared = l.shared
	}
	return Launch{Function: k.function, Grid: l.grid, Threads: l.threads, Shared: l.shared, Params: params[l.from:l.to]}, nil
}

// launchAll runs the launches one by one.
func (d *Device) launchAll(q *queue) error {
	for i := range q.launches {
		l, err := d.prepare(&q.launches[i], q.params)
		if err != nil {
			return err
		}
		if r := d.drv.LaunchKernel(&l, d.stream); r != Success {
			return &Error{"cuLaunchKernel", r, q.launches[i].name}
		}
	}
	return nil
}
