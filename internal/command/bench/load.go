package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// load is what clients that ask again and again see of a service.
type load struct {
	took    time.Duration
	answers []time.Duration // that came, rising
	refused int             // with 429
	failed  error           // the first other answer
}

// perSecond is how many answers came in a second.
func (l *load) perSecond() float64 { return float64(len(l.answers)) / l.took.Seconds() }

// quantile is the time within which a share q of the answers came.
func (l *load) quantile(q float64) time.Duration {
	if len(l.answers) == 0 {
		return 0
	}
	return l.answers[min(int(q*float64(len(l.answers))), len(l.answers)-1)]
}

// patience is how long a client waits that was refused. It is shorter than what
// Retry-After asks for.
const patience = 250 * time.Millisecond

// attack lets clients post photos, each its next when the last is answered, until
// the time is over; answers that come later count, and so does their time.
func attack(ctx context.Context, url string, photos [][]byte, clients int, least time.Duration) *load {
	web := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer web.CloseIdleConnections()
	l, begin := &load{}, time.Now()
	var mu sync.Mutex
	var all sync.WaitGroup
	for k := range clients {
		all.Go(func() {
			for i := k; ctx.Err() == nil && time.Since(begin) < least; i++ {
				start := time.Now()
				status, err := post(ctx, web, url, photos[i%len(photos)])
				wait := time.Duration(0)
				mu.Lock()
				switch {
				case err == nil && status == http.StatusOK:
					l.answers = append(l.answers, time.Since(start))
				case err == nil && status == http.StatusTooManyRequests:
					l.refused++
					wait = patience
				case l.failed == nil:
					l.failed = fmt.Errorf("status %d, %v", status, err)
				}
				mu.Unlock()
				select {
				case <-time.After(wait):
				case <-ctx.Done():
				}
			}
		})
	}
	all.Wait()
	l.took = time.Since(begin)
	slices.Sort(l.answers)
	return l
}

// post sends a photo and returns the status of the answer.
func post(ctx context.Context, web *http.Client, url string, photo []byte) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(photo))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "image/jpeg")
	resp, err := web.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}
