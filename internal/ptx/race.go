package ptx

import "fmt"

// Two accesses are in order if the same thread made both, or if a barrier that
// both their threads passed lies in between. All others, if one of them writes,
// race: on a GPU either may come first.

// access is when a thread was at a cell.
type access struct {
	who   int32  // the thread's number in the grid plus one, 0 for nobody, or one of the values below
	warp  int32  // its number in the grid
	bars  uint32 // barriers of the block passed
	syncs uint32 // barriers of the warp passed
}

// Who has read a cell, when it was more than one thread.
const (
	severalLanes  = -1 // of one warp
	severalWarps  = -2 // of one block
	severalBlocks = -3
)

// before reports whether an access is in order with one that comes now, in
// blocks of so many warps.
func (a *access) before(now *access, warps int32) bool {
	switch {
	case a.who == 0 || a.who == now.who:
		return true
	case a.who == severalBlocks || a.warp/warps != now.warp/warps:
		return false
	case a.bars < now.bars:
		return true
	}
	return a.who != severalWarps && a.warp == now.warp && a.syncs < now.syncs
}

// add notes one more read beside those that were noted.
func (a *access) add(now *access, warps int32) {
	switch {
	case a.who == 0 || a.who == now.who:
		*a = *now
	case a.who == severalBlocks:
	case a.warp/warps != now.warp/warps:
		a.who = severalBlocks
	case a.bars < now.bars:
		*a = *now
	case a.who == severalWarps:
	case a.warp != now.warp:
		a.who = severalWarps
	default:
		a.who, a.syncs = severalLanes, max(a.syncs, now.syncs)
	}
}

// by names who made an access.
func (a *access) by(warps int32) string {
	switch a.who {
	case severalLanes:
		return "several threads of a warp"
	case severalWarps:
		return "several warps"
	case severalBlocks:
		return "several blocks"
	}
	threads := 32 * warps
	return fmt.Sprintf("thread %d of block %d", (a.who-1)%threads, (a.who-1)/threads)
}
