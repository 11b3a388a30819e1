package serve

import (
	"bytes"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Eight times as many clients as the queue has room for get an answer or a
// refusal, never anything else; afterwards the next one is answered at once.
func TestOverload(t *testing.T) {
	s := loaded(t, func(c *Config) { c.Limits.Queue, c.Limits.Texts = 4, 4 })
	var answered, refused atomic.Int64
	ask := func() int {
		return do(s, request(t, "POST", "/v1/classify", "image/png", bytes.NewReader(picture(1)))).status
	}
	var clients sync.WaitGroup
	end := time.Now().Add(time.Second)
	for range 32 {
		clients.Go(func() {
			for time.Now().Before(end) {
				switch status := ask(); status {
				case http.StatusOK:
					answered.Add(1)
				case http.StatusTooManyRequests:
					refused.Add(1)
				default:
					t.Errorf("status %d", status)
				}
			}
		})
	}
	clients.Wait()
	if answered.Load() == 0 || refused.Load() == 0 {
		t.Errorf("%d answered, %d refused", answered.Load(), refused.Load())
	}
	if status := ask(); status != http.StatusOK || s.queue.held.Load() != 0 {
		t.Errorf("afterwards: status %d, %d held", status, s.queue.held.Load())
	}
}
