// Package prom keeps metrics and writes them as Prometheus reads them: its text
// format, version 0.0.4. It has what a small server needs, counters, gauges and
// histograms with labels, in place of a client library and its dependencies.
package prom

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// ContentType is the media type of what WriteTo writes.
const ContentType = "text/plain; version=0.0.4; charset=utf-8"

// Set is a set of metrics, which are written in the order in which they were made.
// All methods may be called by several goroutines at once.
type Set struct {
	mu       sync.Mutex
	families []*Family
}

// Family is a metric with all values of its labels.
type Family struct {
	set              *Set
	name, help, kind string
	labels           []string
	bounds           []float64        // of a histogram's buckets, rising
	read             func() float64   // of a gauge that is read when it is written
	series           map[string]*line // by the labels as they are written
}

// line is one line of a metric, or several of a histogram.
type line struct {
	value   float64 // a histogram's sum
	buckets []uint64
	count   uint64
}

// Counter makes a number that only rises.
func (s *Set) Counter(name, help string, labels ...string) *Family {
	return s.add(&Family{name: name, help: help, kind: "counter", labels: labels})
}

// Gauge makes a number that is set.
func (s *Set) Gauge(name, help string, labels ...string) *Family {
	return s.add(&Family{name: name, help: help, kind: "gauge", labels: labels})
}

// GaugeFunc makes a number that is asked for when it is written.
func (s *Set) GaugeFunc(name, help string, read func() float64) {
	s.add(&Family{name: name, help: help, kind: "gauge", read: read})
}

// Histogram makes a count of numbers by their size; bounds are the upper ends of
// the buckets, rising.
func (s *Set) Histogram(name, help string, bounds []float64, labels ...string) *Family {
	return s.add(&Family{name: name, help: help, kind: "histogram", bounds: bounds, labels: labels})
}

func (s *Set) add(f *Family) *Family {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.set, f.series = s, map[string]*line{}
	s.families = append(s.families, f)
	return f
}

// Add adds to a counter or a gauge, for values of its labels.
func (f *Family) Add(v float64, values ...string) {
	f.set.mu.Lock()
	defer f.set.mu.Unlock()
	f.line(values).value += v
}

// Set sets a gauge, for values of its labels.
func (f *Family) Set(v float64, values ...string) {
	f.set.mu.Lock()
	defer f.set.mu.Unlock()
	f.line(values).value = v
}

// Observe counts a number in a histogram, for values of its labels.
func (f *Family) Observe(v float64, values ...string) {
	f.set.mu.Lock()
	defer f.set.mu.Unlock()
	l := f.line(values)
	l.value += v
	l.count++
	for i, bound := range f.bounds {
		if v <= bound {
			l.buckets[i]++
		}
	}
}

// line is that of some values of the labels. It panics if there are not as many.
func (f *Family) line(values []string) *line {
	if len(values) != len(f.labels) {
		panic(fmt.Sprintf("prom: %d values for the labels %q of %s", len(values), f.labels, f.name))
	}
	pairs := make([]string, len(values))
	for i, v := range values {
		pairs[i] = f.labels[i] + `="` + escaper.Replace(v) + `"`
	}
	key := strings.Join(pairs, ",")
	l := f.series[key]
	if l == nil {
		l = &line{buckets: make([]uint64, len(f.bounds))}
		f.series[key] = l
	}
	return l
}

// escaper writes the values of labels.
var escaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// WriteTo writes all metrics.
func (s *Set) WriteTo(w io.Writer) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, f := range s.families {
		f.write(&b)
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

func (f *Family) write(b *strings.Builder) {
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", f.name, f.help, f.name, f.kind)
	if f.read != nil {
		fmt.Fprintf(b, "%s %s\n", f.name, number(f.read()))
		return
	}
	keys := make([]string, 0, len(f.series))
	for key := range f.series {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		l := f.series[key]
		if f.kind != "histogram" {
			fmt.Fprintf(b, "%s%s %s\n", f.name, braced(key), number(l.value))
			continue
		}
		for i, bound := range f.bounds {
			fmt.Fprintf(b, "%s_bucket%s %d\n", f.name, braced(key, `le="`+number(bound)+`"`), l.buckets[i])
		}
		fmt.Fprintf(b, "%s_bucket%s %d\n", f.name, braced(key, `le="+Inf"`), l.count)
		fmt.Fprintf(b, "%s_sum%s %s\n%s_count%s %d\n", f.name, braced(key), number(l.value), f.name, braced(key), l.count)
	}
}

// braced puts pairs of labels in braces, if there are any.
func braced(pairs ...string) string {
	pairs = slices.DeleteFunc(pairs, func(p string) bool { return p == "" })
	if len(pairs) == 0 {
		return ""
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
