package serve

import (
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// limited lets at most so many connections be open. Others wait, and for one that
// waits a connection between two requests is closed: whoever opens many and says
// nothing more must not keep the others out.
type limited struct {
	net.Listener
	places  chan struct{}
	once    sync.Once
	closed  chan struct{}
	crowded *atomic.Bool // set when a connection has to wait, until half of the places are free

	mu      sync.Mutex
	idle    map[net.Conn]bool // between two requests
	waiting bool              // a connection waits, and none has been closed for it
}

func limitListener(l net.Listener, n int, crowded *atomic.Bool) *limited {
	return &limited{Listener: l, places: make(chan struct{}, n), closed: make(chan struct{}), crowded: crowded, idle: map[net.Conn]bool{}}
}

// Accept waits for a connection, then for a place.
func (l *limited) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	select {
	case l.places <- struct{}{}:
		if others := len(l.places) - 1; others < (cap(l.places)+1)/2 {
			l.crowded.Store(false)
		}
	default:
		l.crowded.Store(true)
		l.wait(true)
		select {
		case l.places <- struct{}{}:
		case <-l.closed:
			c.Close()
			return nil, net.ErrClosed
		}
		l.wait(false)
	}
	return &placed{Conn: c, leave: sync.OnceFunc(func() { <-l.places })}, nil
}

// wait begins or ends the wait of a connection. As it begins, one that is idle is
// closed, or else the next one that becomes so.
func (l *limited) wait(begins bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = begins
	for c := range l.idle {
		if !l.waiting {
			return
		}
		delete(l.idle, c)
		l.waiting = false
		c.Close()
	}
}

// note is told by the HTTP server what becomes of a connection.
func (l *limited) note(c net.Conn, state http.ConnState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case state != http.StateIdle:
		delete(l.idle, c)
	case l.waiting:
		l.waiting = false
		c.Close()
	default:
		l.idle[c] = true
	}
}

// Close ends an Accept that waits.
func (l *limited) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// placed is a connection that gives its place back.
type placed struct {
	net.Conn
	leave func()
}

// Close closes the connection.
func (c *placed) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
