package bench

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// Every third request is refused, and every answer takes a millisecond.
func TestAttack(t *testing.T) {
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1)%3 == 0 {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		time.Sleep(time.Millisecond)
	}))
	defer s.Close()
	l := attack(t.Context(), s.URL, [][]byte{[]byte("a"), []byte("b")}, 4, 50*time.Millisecond)
	if n := len(l.answers) + l.refused; int64(n) != asked.Load() || l.refused != n/3 || l.failed != nil {
		t.Errorf("%d answers, %d refused of %d, %v", len(l.answers), l.refused, asked.Load(), l.failed)
	}
	if p := l.quantile(0.5); p < time.Millisecond || p > l.quantile(0.99) || l.quantile(1) != l.answers[len(l.answers)-1] || l.perSecond() <= 0 {
		t.Errorf("p50 %v, p99 %v, %g a second", p, l.quantile(0.99), l.perSecond())
	}
	if l := attack(t.Context(), "http://127.0.0.1:1", [][]byte{{}}, 1, time.Millisecond); l.failed == nil || l.quantile(0.5) != 0 {
		t.Error("nobody answers, but there is no error")
	}
}
