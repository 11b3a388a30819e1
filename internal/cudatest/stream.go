package cudatest

import "frontdoor/cuda"

// StreamCreate makes a stream, whose work is done at once.
func (d *Driver) StreamCreate() (cuda.Stream, cuda.Result) {
	r, done := d.call("StreamCreate", true)
	defer done()
	if r != cuda.Success {
		return 0, r
	}
	s := cuda.Stream(d.handle())
	d.streams[s] = true
	return s, r
}

// StreamSynchronize has nothing to wait for.
func (d *Driver) StreamSynchronize(s cuda.Stream) cuda.Result {
	r, done := d.call("StreamSynchronize", true)
	defer done()
	if r == cuda.Success && !d.streams[s] {
		r = cuda.InvalidValue
	}
	return r
}

// StreamDestroy forgets a stream.
func (d *Driver) StreamDestroy(s cuda.Stream) cuda.Result {
	r, done := d.call("StreamDestroy", true)
	defer done()
	if r == cuda.Success {
		delete(d.streams, s)
	}
	return r
}

// LaunchKernel runs a kernel.
func (d *Driver) LaunchKernel(l *cuda.Launch, s cuda.Stream) cuda.Result {
	r, done := d.call("LaunchKernel", true)
	defer done()
	if r == cuda.Success && !d.streams[s] {
		r = cuda.InvalidValue
	}
	if r == cuda.Success {
		r = d.launch(l)
	}
	return r
}

// GraphCreate makes an empty graph.
func (d *Driver) GraphCreate() (cuda.Graph, cuda.Result) {
	r, done := d.call("GraphCreate", true)
	defer done()
	if r != cuda.Success {
		return 0, r
	}
	g := cuda.Graph(d.handle())
	d.graphs[g] = &graph{}
	return g, r
}

// GraphAddKernelNode adds a launch, which must come behind the one added last.
func (d *Driver) GraphAddKernelNode(h cuda.Graph, after cuda.Node, l *cuda.Launch) (cuda.Node, cuda.Result) {
	r, done := d.call("GraphAddKernelNode", true)
	defer done()
	g := d.graphs[h]
	switch {
	case r != cuda.Success:
		return 0, r
	case g == nil || d.functions[l.Function] == nil || int(after) != len(g.launches):
		return 0, cuda.InvalidValue
	}
	c := *l
	c.Params = append([]byte(nil), l.Params...)
	g.launches = append(g.launches, c)
	return cuda.Node(len(g.launches)), r
}

// GraphInstantiate makes a graph ready.
func (d *Driver) GraphInstantiate(h cuda.Graph) (cuda.GraphExec, cuda.Result) {
	r, done := d.call("GraphInstantiate", true)
	defer done()
	switch {
	case r != cuda.Success:
		return 0, r
	case d.graphs[h] == nil:
		return 0, cuda.InvalidValue
	}
	e := cuda.GraphExec(d.handle())
	d.execs[e] = d.graphs[h]
	return e, r
}

// GraphLaunch runs a graph's kernels.
func (d *Driver) GraphLaunch(e cuda.GraphExec, s cuda.Stream) cuda.Result {
	r, done := d.call("GraphLaunch", true)
	defer done()
	if r == cuda.Success && (d.execs[e] == nil || !d.streams[s]) {
		r = cuda.InvalidValue
	}
	if r != cuda.Success {
		return r
	}
	d.Graphs++
	for i := range d.execs[e].launches {
		if r := d.launch(&d.execs[e].launches[i]); r != cuda.Success {
			return r
		}
	}
	return r
}

// GraphExecDestroy forgets a ready graph.
func (d *Driver) GraphExecDestroy(e cuda.GraphExec) cuda.Result {
	r, done := d.call("GraphExecDestroy", true)
	defer done()
	if r == cuda.Success {
		delete(d.execs, e)
	}
	return r
}

// GraphDestroy forgets a graph.
func (d *Driver) GraphDestroy(g cuda.Graph) cuda.Result {
	r, done := d.call("GraphDestroy", true)
	defer done()
	if r == cuda.Success {
		delete(d.graphs, g)
	}
	return r
}
