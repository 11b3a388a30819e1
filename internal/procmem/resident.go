package procmem

import (
	"bytes"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
)

// ResetPeak begins a new measurement for Peak, where the system can: on
// Linux, except in some sandboxes. Elsewhere the peak stays that of the whole
// process.
func ResetPeak() {
	debug.FreeOSMemory() // or what was needed before would still count
	if runtime.GOOS == "linux" {
		_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // 5: the high-water mark only
	}
}

// Peak returns the greatest resident memory of the process in bytes since
// ResetPeak. Where the system does not tell, it is what the Go runtime has
// asked the system for, which does not count mapped files.
func Peak() int64 {
	if runtime.GOOS == "linux" {
		if text, err := os.ReadFile("/proc/self/status"); err == nil {
			if n, ok := statusBytes(text, "VmHWM:"); ok {
				return n
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}

// statusBytes finds a line such as "VmHWM:  123 kB".
func statusBytes(status []byte, name string) (int64, bool) {
	_, rest, ok := bytes.Cut(status, []byte(name))
	if !ok {
		return 0, false
	}
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0, false
	}
	kib, err := strconv.ParseInt(string(fields[0]), 10, 64)
	return kib << 10, err == nil
}

// Resident returns the memory that the process holds now, garbage left aside.
func Resident() int64 {
	debug.FreeOSMemory()
	return Current()
}

// Current is Resident without giving memory back first, which takes the time of a
// garbage collection.
func Current() int64 {
	if runtime.GOOS == "linux" {
		if text, err := os.ReadFile("/proc/self/status"); err == nil {
			if n, ok := statusBytes(text, "VmRSS:"); ok {
				return n
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}

// Collector returns how much garbage may lie on the heap, in percent of what
// lives, and how much lives there now.
func Collector() (percent, live int64) {
	was := debug.SetGCPercent(100)
	debug.SetGCPercent(was)
	if was < 0 {
		was = 100
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(was), int64(m.HeapAlloc)
}
