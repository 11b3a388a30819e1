package serve

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"frontdoor/internal/procmem"
	"frontdoor/internal/prom"
)

// metrics are what GET /metrics tells.
type metrics struct {
	prom.Set
	requests *prom.Family // by path and status
	seconds  *prom.Family // by path
	inputs   *prom.Family // images and texts that were asked about
	loaded   *prom.Family // by model, Unix time
}

// durations are the bounds of requests' times in seconds.
var durations = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30}

func newMetrics(s *Server) *metrics {
	m := &metrics{}
	m.requests = m.Counter("frontdoor_requests_total", "Requests that were answered, by path and status.", "path", "code")
	m.seconds = m.Histogram("frontdoor_request_seconds", "Time from a request's header to the end of its answer.", durations, "path")
	m.inputs = m.Counter("frontdoor_inputs_total", "Images and texts of requests that were answered.", "path")
	m.loaded = m.Gauge("frontdoor_model_loaded_timestamp_seconds", "When a model was loaded last.", "model")
	m.GaugeFunc("frontdoor_queue_inputs", "Images and texts that wait or are computed.", func() float64 { return float64(s.queue.held.Load()) })
	m.GaugeFunc("frontdoor_queue_limit", "How many may.", func() float64 { return float64(s.queue.most) })
	m.GaugeFunc("frontdoor_bodies_bytes", "Bytes of bodies that are held.", func() float64 { return float64(s.bodies.held.Load()) })
	m.GaugeFunc("go_goroutines", "Goroutines.", func() float64 { return float64(runtime.NumGoroutine()) })
	m.GaugeFunc("process_resident_memory_bytes", "Resident memory.", func() float64 { return float64(procmem.Current()) })
	return m
}

// count counts a request. Paths that there are not share a name: strangers must
// not make new ones.
func (m *metrics) count(path string, known bool, rec *recorder, took time.Duration) {
	if !known {
		path = "other"
	}
	m.requests.Add(1, path, strconv.Itoa(rec.status))
	m.seconds.Observe(took.Seconds(), path)
	if rec.status == http.StatusOK && rec.inputs > 0 {
		m.inputs.Add(float64(rec.inputs), path)
	}
}

// showMetrics answers GET /metrics.
func (s *Server) showMetrics(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", prom.ContentType)
	s.metrics.WriteTo(w) // an error is that of a client who has gone
	return nil
}
