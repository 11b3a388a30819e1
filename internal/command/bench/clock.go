package bench

import (
	"bytes"
	"math"
	"os"
	"strconv"
	"time"
)

// clock is what measurements read: the time of day or, with -cpu, the time that
// processors have spent on this program. The latter does not depend on the
// load of the machine, but cannot be compared with a peer's.
var clock = wallTime

var began = time.Now()

// wallTime returns the seconds since the program began.
func wallTime() float64 { return time.Since(began).Seconds() }

// ticks is how many of them Linux counts in a second of processor time.
const ticks = 100

// cpuTime returns the seconds of processor time of all threads so far, in
// hundredths, or NaN where the system does not report it.
func cpuTime() float64 {
	text, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return math.NaN()
	}
	// The second field, the program's name, may have spaces and ends with ).
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 13 {
		return math.NaN()
	}
	user, err1 := strconv.ParseFloat(string(fields[11]), 64)
	system, err2 := strconv.ParseFloat(string(fields[12]), 64)
	if err1 != nil || err2 != nil {
		return math.NaN()
	}
	return (user + system) / ticks
}
