package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"time"

	"frontdoor"
)

// GCPercent is what a process that serves should give debug.SetGCPercent: what is
// live are weights and what waits, which cost the collector little time, while a
// heap of twice their size costs memory.
const GCPercent = 10

// Config says what a server serves, and to whom.
type Config struct {
	// Models are served by their names; the first one answers requests that name
	// none.
	Models []Model
	// Token must stand in the Authorization header of every request but those for
	// health; without one every request is answered.
	Token string
	// Hosts are names under which requests may come, beside localhost and numeric
	// addresses.
	Hosts []string
	// Doors are protocols of other programs that are understood, too.
	Doors []Door
	// Upstream is where the door of immich sends what is not for it; may be nil.
	Upstream *url.URL
	Limits   Limits
	Log      *slog.Logger
}

// Model is a classifier that is served.
type Model struct {
	Name string
	// Open opens it: at first, and again for each reload.
	Open func(context.Context) (*frontdoor.Classifier, error)
	// Files are those whose change is noticed by Watch; a folder stands for those in
	// it.
	Files []string
}

// Limits bounds what requests can take; all are positive.
type Limits struct {
	Body        int64         // bytes of a request's body
	Bodies      int64         // bytes of the bodies of all requests
	Images      int           // images in a request
	Texts       int           // texts in a request
	Queue       int           // images and texts that wait or are computed
	Connections int           // open at once
	Time        time.Duration // to read a request, and again to answer it
	HeaderTime  time.Duration // to read the header
	IdleTime    time.Duration // between two requests of a connection
	HeaderBytes int           // of a request
}

// Door names the protocol of a program that has classifiers or embeddings
// computed elsewhere.
type Door string

// The doors.
const (
	Immich     Door = "immich"
	PhotoPrism Door = "photoprism"
)

// Doors are all of them.
var Doors = []Door{Immich, PhotoPrism}

// check reports what cannot be served.
func (c *Config) check() error {
	if len(c.Models) == 0 {
		return errors.New("serve: there is no model")
	}
	var names []string
	for _, m := range c.Models {
		if m.Name == "" || slices.Contains(names, m.Name) {
			return fmt.Errorf("serve: the name %q is empty or given to two models", m.Name)
		}
		names = append(names, m.Name)
	}
	for _, d := range c.Doors {
		if !slices.Contains(Doors, d) {
			return fmt.Errorf("serve: unknown door %q; there are %v", d, Doors)
		}
	}
	return c.Limits.check()
}

// check reports limits that let nothing through.
func (l Limits) check() error {
	for _, n := range []int64{l.Body, l.Bodies, int64(l.Images), int64(l.Texts), int64(l.Queue), int64(l.Connections),
		int64(l.Time), int64(l.HeaderTime), int64(l.IdleTime), int64(l.HeaderBytes)} {
		if n <= 0 {
			return fmt.Errorf("serve: a limit is not positive: %+v", l)
		}
	}
	if l.Bodies < l.Body {
		return fmt.Errorf("serve: all bodies may have %d bytes, less than the %d of one", l.Bodies, l.Body)
	}
	if l.Queue < max(l.Images, l.Texts) {
		return fmt.Errorf("serve: the queue has room for %d, less than one request may bring: %d images or %d texts", l.Queue, l.Images, l.Texts)
	}
	return nil
}
