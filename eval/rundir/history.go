package rundir

import (
	"cmp"
	"errors"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/cpuid/v2"
)

// HistoryFile says when and on what a run was computed.
const HistoryFile = "history.json"

// Stretch is one call of the program that computed a part of a run. Results do
// not depend on it, but for the arithmetic that Config.Kernel names.
type Stretch struct {
	Began     time.Time `json:"began"`
	Seconds   float64   `json:"seconds"`
	System    string    `json:"system"` // such as "linux/amd64"
	Processor string    `json:"processor,omitempty"`
	Threads   int       `json:"threads"`
	Go        string    `json:"go"` // version
	Device    string    `json:"device,omitempty"`
}

// maxHistory bounds the stretches of a run.
const maxHistory = 1_000

// AddStretch notes that the run was computed from a moment until now, on a device
// or, with the empty name, on the processor.
func (r *Dir) AddStretch(began time.Time, device string) error {
	all, err := ReadHistory(r.Path)
	if err != nil {
		return err
	}
	all = append(all, Stretch{
		Began: began.UTC().Truncate(time.Second), Seconds: time.Since(began).Seconds(),
		System: runtime.GOOS + "/" + runtime.GOARCH, Processor: cpuid.CPU.BrandName, Threads: runtime.GOMAXPROCS(0), Go: runtime.Version(), Device: device,
	})
	return r.WriteJSON(HistoryFile, all[max(0, len(all)-maxHistory):])
}

// mergeHistory notes the stretches of other folders in the order of time, each once.
func (r *Dir) mergeHistory(parts []string) error {
	var all []Stretch
	for _, path := range append([]string{r.Path}, parts...) {
		stretches, err := ReadHistory(path)
		if err != nil {
			return err
		}
		all = append(all, stretches...)
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b Stretch) int {
		return cmp.Or(a.Began.Compare(b.Began), cmp.Compare(a.Seconds, b.Seconds), strings.Compare(a.Processor, b.Processor))
	})
	all = slices.CompactFunc(all, func(a, b Stretch) bool {
		same := a.Began.Equal(b.Began)
		a.Began = b.Began
		return same && a == b
	})
	return r.WriteJSON(HistoryFile, all[max(0, len(all)-maxHistory):])
}

// ReadHistory reads the stretches of the run folder at path. Runs of older
// versions have none.
func ReadHistory(path string) ([]Stretch, error) {
	var all []Stretch
	if err := ReadJSON(path, HistoryFile, &all); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return all, nil
}
