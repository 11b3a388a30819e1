package serve

import "sync/atomic"

// quota bounds a sum that requests add to while they run: of bytes or of images.
type quota struct {
	most int64
	held atomic.Int64
}

// take adds n, or returns false if that is more than there may be.
func (q *quota) take(n int64) bool {
	if q.held.Add(n) > q.most {
		q.held.Add(-n)
		return false
	}
	return true
}

// give takes n away again.
func (q *quota) give(n int64) { q.held.Add(-n) }
