package prom

import (
	"strings"
	"sync"
	"testing"
)

func TestTextFormat(t *testing.T) {
	var s Set
	requests := s.Counter("requests_total", "Requests.", "path", "code")
	held := s.Gauge("held", "What is held.")
	s.GaugeFunc("goroutines", "Goroutines.", func() float64 { return 7 })
	took := s.Histogram("seconds", "Time.", []float64{0.1, 1}, "path")
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { requests.Add(1, "/b", "200") })
	}
	all.Wait()
	requests.Add(0.5, "/a", "4\"0\\\n")
	held.Set(3)
	held.Add(-1)
	for _, v := range []float64{0.05, 0.1, 0.5, 2} {
		took.Observe(v, "/b")
	}
	const want = `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{path="/a",code="4\"0\\\n"} 0.5
requests_total{path="/b",code="200"} 10
# HELP held What is held.
# TYPE held gauge
held 2
# HELP goroutines Goroutines.
# TYPE goroutines gauge
goroutines 7
# HELP seconds Time.
# TYPE seconds histogram
seconds_bucket{path="/b",le="0.1"} 2
seconds_bucket{path="/b",le="1"} 3
seconds_bucket{path="/b",le="+Inf"} 4
seconds_sum{path="/b"} 2.65
seconds_count{path="/b"} 4
`
	var b strings.Builder
	if _, err := s.WriteTo(&b); err != nil || b.String() != want {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestLabelsMustHaveValues(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	new(Set).Counter("n", "N.", "path").Add(1)
}
