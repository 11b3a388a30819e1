package ptx

import (
	"slices"
	"strings"
)

// lanes holds a register's value for each thread of a warp. Values of less than
// 64 bits are kept without sign.
type lanes [32]uint64

// warp is 32 threads that share an instruction pointer as long as they branch
// alike. Apart, they form groups with pointers of their own, which join again
// where they meet.
type warp struct {
	b           *block
	id          int
	reg         []lanes
	defined     []uint32 // for which lanes a register holds something
	pred        []uint32
	predDefined []uint32
	live        uint32
	groups      []group
	waiting     bool // for the block, at a barrier
	syncs       uint32
	now         *instr
	copies      [32]copies
}

type group struct {
	pc    int
	lanes uint32
}

const allLanes = 1<<32 - 1

// start makes the warp ready for a block: constants and special registers hold
// their values, all others nothing.
func (w *warp) start() {
	clear(w.defined)
	clear(w.predDefined)
	w.live, w.waiting, w.syncs, w.now = allLanes, false, 0, nil
	w.groups = append(w.groups[:0], group{0, allLanes})
	for l := range w.copies {
		w.copies[l].reset()
	}
	for value, r := range w.b.k.constants {
		w.set(r, func(int) uint64 { return value })
	}
	at := w.b.position()
	for name, r := range w.b.k.specials {
		w.set(r, func(l int) uint64 {
			switch name {
			case "%tid.x":
				return uint64(w.id*32 + l)
			case "%laneid":
				return uint64(l)
			case "%ntid.x":
				return uint64(len(w.b.warps) * 32)
			case "%ctaid.x", "%ctaid.y", "%ctaid.z":
				return uint64(at[name[7]-'x'])
			case "%nctaid.x":
				return uint64(w.b.grid.X)
			case "%nctaid.y":
				return uint64(w.b.grid.Y)
			case "%nctaid.z":
				return uint64(w.b.grid.Z)
			}
			return uint64(w.b.k.Static) // the dynamic shared memory
		})
	}
}

func (w *warp) set(r int, value func(l int) uint64) {
	for l := range 32 {
		w.reg[r][l] = value(l)
	}
	w.defined[r] = allLanes
}

// step runs one instruction of one group.
func (w *warp) step() {
	if w.b.steps++; w.b.steps > w.b.m.Steps {
		w.fault(Endless, first(w.live), "still running after %d instructions of the block", w.b.m.Steps)
	}
	w.b.stats.Instructions++
	i := w.choose()
	g := &w.groups[i]
	in := &w.b.k.instr[g.pc]
	w.now = in
	on := g.lanes
	if in.guard >= 0 {
		w.needsPredicate(in.guard, on)
		if in.negate {
			on &^= w.pred[in.guard]
		} else {
			on &= w.pred[in.guard]
		}
	}
	switch in.class {
	case branch:
		w.branch(i, on, in.target)
	case exit:
		w.live &^= on
		if g.lanes &^= on; g.lanes == 0 {
			w.groups = slices.Delete(w.groups, i, i+1)
		} else {
			g.pc++
		}
	case barrier:
		if on != w.live {
			w.fault(Divergent, first(w.live), "only lanes %08x of the living %08x reach the barrier", on, w.live)
		}
		w.waiting = true
	default:
		if in.class == collective && on != 0 && on != allLanes {
			w.fault(Divergent, first(on), "only lanes %08x take part", on)
		}
		if on != 0 {
			w.execute(in, on)
		}
		g.pc++
	}
	if len(w.groups) > 1 {
		w.join()
	}
}

func (w *warp) execute(in *instr, on uint32) {
	for _, r := range in.reads {
		if missing := on &^ w.defined[r]; missing != 0 {
			w.fault(Uninitialised, first(missing), "a register is read before it is written")
		}
	}
	in.run(w, on)
	for _, r := range in.writes {
		w.defined[r] |= on
	}
}

// choose returns the group to run: the one that is farthest behind, so that
// groups meet again, and now and then another. One at a barrier or a collective
// instruction waits for the others.
func (w *warp) choose() int {
	if len(w.groups) == 1 {
		return 0
	}
	best := -1
	for i := range w.groups {
		c := w.b.k.instr[w.groups[i].pc].class
		if c == barrier || c == collective {
			continue
		}
		if best < 0 || w.groups[i].pc < w.groups[best].pc || w.b.m.rng.IntN(8) == 0 {
			best = i
		}
	}
	if best < 0 {
		w.now = &w.b.k.instr[w.groups[0].pc]
		w.fault(Divergent, first(w.groups[0].lanes), "the threads of a warp wait at different instructions")
	}
	return best
}

func (w *warp) branch(i int, taken uint32, target int) {
	g := &w.groups[i]
	switch taken {
	case 0:
		g.pc++
	case g.lanes:
		g.pc = target
	default:
		g.lanes &^= taken
		g.pc++
		w.groups = append(w.groups, group{target, taken})
	}
}

// join makes one group of those that stand at the same instruction.
func (w *warp) join() {
	for i := 0; i < len(w.groups); i++ {
		for j := len(w.groups) - 1; j > i; j-- {
			if w.groups[i].pc == w.groups[j].pc {
				w.groups[i].lanes |= w.groups[j].lanes
				w.groups = slices.Delete(w.groups, j, j+1)
			}
		}
	}
}

func (w *warp) needsPredicate(p int, on uint32) {
	if missing := on &^ w.predDefined[p]; missing != 0 {
		w.fault(Uninitialised, first(missing), "a predicate is read before it is written")
	}
}

func (w *warp) setPredicate(p int, on, value uint32) {
	w.pred[p] = w.pred[p]&^on | value&on
	w.predDefined[p] |= on
}

// access returns what a lane leaves at a cell now.
func (w *warp) access(l int) access {
	number := w.b.index*len(w.b.warps) + w.id
	return access{who: int32(number*32 + l + 1), warp: int32(number), bars: w.b.bars, syncs: w.syncs}
}

func trim(line string) string {
	line, _, _ = strings.Cut(line, "//")
	return strings.TrimSpace(line)
}
