package procmem

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// Unlimited is the memory of a machine that does not say how much it has.
const Unlimited = math.MaxInt64

// Available is how many bytes this process may hold in all: what it holds
// and what Linux and its control group (version 1 or 2) still have for it, but
// no more than GOMEMLIMIT, nor than limit if that is positive. Other systems do
// not say, so there it is the smaller of the two limits, or Unlimited.
func Available(limit int64) int64 {
	most := debug.SetMemoryLimit(-1) // reads it
	if limit > 0 {
		most = min(most, limit)
	}
	if runtime.GOOS != "linux" {
		return most
	}
	left := int64(Unlimited)
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		if n, ok := statusBytes(text, "MemAvailable:"); ok {
			left = n
		}
	}
	if text, err := os.ReadFile("/proc/self/cgroup"); err == nil {
		left = min(left, groupLeft("/sys/fs/cgroup", string(text)))
	}
	if left == Unlimited {
		return most
	}
	return min(most, Resident()+left)
}

// groupLeft returns how many bytes a control group and those above it may still
// take; groups is /proc/self/cgroup, root where the file system is mounted.
// Cached files count as free: the system gives them up first.
func groupLeft(root, groups string) int64 {
	left := int64(Unlimited)
	for _, line := range strings.Split(groups, "\n") {
		parts := strings.SplitN(line, ":", 3)
		if len(parts) < 3 {
			continue
		}
		v2 := parts[0] == "0" && parts[1] == ""
		if !v2 && parts[1] != "memory" {
			continue
		}
		base, names := filepath.Join(root, "memory"), [3]string{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"}
		if v2 {
			base, names = root, [3]string{"memory.max", "memory.current", "inactive_file"}
		}
		for dir := filepath.Clean("/" + parts[2]); ; dir = filepath.Dir(dir) {
			left = min(left, folderLeft(filepath.Join(base, dir), names))
			if dir == "/" {
				break
			}
		}
	}
	return left
}

// folderLeft is groupLeft of one folder, whose files are named for the limit,
// the use, and the line of memory.stat that counts cached files.
func folderLeft(dir string, names [3]string) int64 {
	limit, ok := fileNumber(filepath.Join(dir, names[0]))
	if !ok || limit > 1<<60 { // "max", or version 1's way to say so
		return Unlimited
	}
	used, ok := fileNumber(filepath.Join(dir, names[1]))
	if !ok {
		return limit
	}
	stat, _ := os.ReadFile(filepath.Join(dir, "memory.stat"))
	for _, line := range strings.Split(string(stat), "\n") {
		if text, ok := strings.CutPrefix(line, names[2]+" "); ok {
			if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil {
				used -= n
			}
		}
	}
	return max(0, limit-max(0, used))
}

// fileNumber reads a file that holds one number.
func fileNumber(path string) (int64, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}
