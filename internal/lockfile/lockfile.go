package lockfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"frontdoor/internal/exactjson"
	"frontdoor/internal/safefile"
)

// holder is what the lock file says.
type holder struct {
	PID   int    `json:"pid"`
	Host  string `json:"host"`
	Start string `json:"start,omitempty"` // when the process began, in the system's own terms
	Token string `json:"token"`           // tells this process from an earlier one of the same pid
}

// token is a random number of this process.
var token = strconv.FormatUint(rand.Uint64(), 36)

// HeldError says that a living process holds the lock, and which.
type HeldError struct{ why string }

// Error says who holds the lock, and what to do.
func (e *HeldError) Error() string { return e.why }

// grace is how long a lock file may be empty: its maker is between making
// and filling it.
const grace = 2 * time.Second

// maxBytes is more than a lock file has.
const maxBytes = 4 << 10

// Acquire makes the lock file at path, taking over one whose process is gone.
// A lock that a living process holds is a *HeldError.
func Acquire(path string) error {
	host, _ := os.Hostname()
	me, err := json.Marshal(holder{os.Getpid(), host, processStart(os.Getpid()), token})
	if err != nil {
		return err
	}
	for range 10 {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
		if err == nil {
			_, err = f.Write(append(me, '\n'))
			return errors.Join(err, f.Close())
		}
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // let go between the two calls
		}
		if err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf("%s is no file of a lock: delete it", path)
		}
		old, err := safefile.Read(path, maxBytes)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%w: if no process writes it, delete it", err)
		}
		if err := stale(path, old, host); err != nil {
			return err
		}
		if err := retire(path, old); err != nil {
			return err
		}
	}
	return &HeldError{"other processes are opening it at this moment: try again"}
}

// read returns what a lock file says, and whether that names a process.
func read(text []byte) (h holder, ok bool) {
	err := exactjson.Unmarshal(text, &h)
	return h, err == nil && h.PID > 0 && h.PID <= math.MaxInt32
}

// stale returns nil if the lock file's process is gone, and otherwise an
// error that says who holds it.
func stale(path string, text []byte, host string) error {
	h, ok := read(text)
	if !ok {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil // let go meanwhile
		case time.Since(info.ModTime()) < -grace:
			return &HeldError{fmt.Sprintf("its lock does not say whose it is and is of %s, which is to come: if no process writes it, delete %s", info.ModTime().Format(time.DateTime), path)}
		case time.Since(info.ModTime()) < grace:
			return &HeldError{"another process is opening it at this moment: try again"}
		}
		return nil // killed before it could fill the file
	}
	switch {
	case h.Host != host:
		return &HeldError{fmt.Sprintf("process %d on %.60q is writing it; if that is over, delete %s", h.PID, h.Host, path)}
	case h.PID == os.Getpid() && h.Token != token:
		return nil
	case !alive(h.PID):
		return nil
	case h.Start != "" && h.Start != processStart(h.PID):
		return nil // the number has gone to another process
	}
	return &HeldError{fmt.Sprintf("process %d is writing it: wait for it, or choose another -out; if it does something else, delete %s", h.PID, path)}
}

// retire takes a stale lock file away. Of two processes that want to do so,
// the slower one may find that it moved the new lock of the faster one; it
// then puts that back.
func retire(path string, old []byte) error {
	aside := fmt.Sprintf("%s.%s", path, token)
	if err := os.Rename(path, aside); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	if moved, err := safefile.Read(aside, maxBytes); err == nil && string(moved) != string(old) {
		if err := os.Rename(aside, path); err != nil {
			return err
		}
		return nil
	}
	return os.Remove(aside)
}

// Release removes the lock file if it is this process's. A lock that somebody
// else removed or took over meanwhile is an error, since both may have written.
func Release(path string) error {
	text, err := safefile.Read(path, maxBytes)
	if err != nil {
		return fmt.Errorf("%s was removed by somebody else: %w", path, err)
	}
	if h, ok := read(text); !ok || h.Token != token {
		return fmt.Errorf("%s was taken over by another process: what both wrote may be mixed", path)
	}
	return os.Remove(path)
}

// alive says whether there is a process pid on this machine.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	defer p.Release()
	if runtime.GOOS == "windows" {
		return true // there, finding it is the proof
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, fs.ErrPermission)
}

// processStart returns when process pid began, in ticks since the machine
// started, "ended" for one that only waits to be collected by its parent, and
// nothing where the system does not tell (it does on Linux).
func processStart(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// pid (name) state ppid ...: the name may hold blanks and parentheses, so
	// count from the last one. State is the 3rd field, the start the 22nd.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < 20 {
		return ""
	}
	if fields[0] == "Z" || fields[0] == "X" {
		return "ended"
	}
	return fields[19]
}
