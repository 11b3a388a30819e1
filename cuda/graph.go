package cuda

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// graphs keeps the driver's graphs of sequences of launches that come again and
// again: those of a step for one layout of rows, since a warm step asks for the
// same memory in the same order. A sequence is launched one by one when it is
// new, and gets a graph when it comes for the second time.
type graphs struct {
	seed  maphash.Seed
	known map[uint64]*graph
	clock int // flushes, to find the graph that was not used for longest
	made  int // graphs made so far
	ran   int // flushes that were one launch of a graph
}

type graph struct {
	launches []queued
	params   []byte
	last     int // the clock of its last use
	exec     GraphExec
	graph    Graph
}

const (
	graphLeast = 4  // launches that are worth a graph
	graphMost  = 64 // graphs that are kept
)

// run gives the device what is queued. It runs on the thread.
func (g *graphs) run(d *Device, q *queue) error {
	g.clock++
	if d.Singly || len(q.launches) < graphLeast {
		return d.launchAll(q)
	}
	if g.known == nil {
		g.known, g.seed = map[uint64]*graph{}, maphash.MakeSeed()
	}
	key := maphash.Bytes(g.seed, q.params)
	k := g.known[key]
	if k == nil || !k.equal(q) {
		g.forget(d.drv, key)
		g.makeRoom(d.drv)
		g.known[key] = &graph{launches: slices.Clone(q.launches), params: bytes.Clone(q.params), last: g.clock}
		return d.launchAll(q)
	}
	k.last = g.clock
	if k.exec == 0 {
		if err := k.build(d); err != nil {
			return err
		}
		g.made++
	}
	g.ran++
	return check("cuGraphLaunch", d.drv.GraphLaunch(k.exec, d.stream))
}

// equal compares everything: a hash is not enough to run the wrong kernels.
func (k *graph) equal(q *queue) bool {
	return slices.Equal(k.launches, q.launches) && bytes.Equal(k.params, q.params)
}

// build makes the driver's graph, each launch behind the one before.
func (k *graph) build(d *Device) error {
	var r Result
	if k.graph, r = d.drv.GraphCreate(); r != Success {
		return check("cuGraphCreate", r)
	}
	var node Node
	for i := range k.launches {
		l, err := d.prepare(&k.launches[i], k.params)
		if err != nil {
			return err
		}
		if node, r = d.drv.GraphAddKernelNode(k.graph, node, &l); r != Success {
			return &Error{"cuGraphAddKernelNode", r, k.launches[i].name}
		}
	}
	k.exec, r = d.drv.GraphInstantiate(k.graph)
	return check("cuGraphInstantiate", r)
}

func (g *graphs) forget(drv Driver, key uint64) {
	if k := g.known[key]; k != nil {
		k.destroy(drv)
		delete(g.known, key)
	}
}

func (k *graph) destroy(drv Driver) {
	if k.exec != 0 {
		drv.GraphExecDestroy(k.exec)
	}
	if k.graph != 0 {
		drv.GraphDestroy(k.graph)
	}
}

// makeRoom forgets the graph that was not used for longest if there are many.
func (g *graphs) makeRoom(drv Driver) {
	if len(g.known) < graphMost {
		return
	}
	oldest, last := uint64(0), g.clock+1
	for key, k := range g.known {
		if k.last < last {
			oldest, last = key, k.last
		}
	}
	g.forget(drv, oldest)
}

// drop forgets all.
func (g *graphs) drop(drv Driver) {
	for key := range g.known {
		g.forget(drv, key)
	}
}
