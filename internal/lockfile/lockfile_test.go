package lockfile

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestStaleLocks(t *testing.T) {
	host, _ := os.Hostname()
	mine := os.Getpid()
	for name, c := range map[string]struct {
		h    holder
		free bool
	}{
		"no such process":            {holder{PID: 1<<31 - 2, Host: host, Token: "x"}, true},
		"own number of earlier life": {holder{PID: mine, Host: host, Token: "x"}, true},
		"this process":               {holder{PID: mine, Host: host, Start: processStart(mine), Token: token}, false},
		"other machine":              {holder{PID: 1, Host: host + "x", Token: "x"}, false},
		"number reused":              {holder{PID: os.Getppid(), Host: host, Start: "0", Token: "x"}, true},
		"parent":                     {holder{PID: os.Getppid(), Host: host, Start: processStart(os.Getppid()), Token: "x"}, false},
	} {
		text, err := json.Marshal(c.h)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "lock")
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := Acquire(path); (err == nil) != c.free {
			t.Errorf("%s: %v", name, err)
		}
	}
	empty := filepath.Join(t.TempDir(), "lock")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Acquire(empty); err == nil || !strings.Contains(err.Error(), "at this moment") {
		t.Errorf("a lock that is being made: %v", err)
	}
	old := []byte("not the lock any more")
	if err := retire(empty, old); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(empty); err != nil {
		t.Error("the lock of a faster process was not put back")
	}
}

// Locks that no process of ours leaves say which file to delete.
func TestStrangeLocks(t *testing.T) {
	later := func(text string) func(path string) error {
		return func(path string) error {
			when := time.Now().Add(time.Hour)
			return errors.Join(os.WriteFile(path, []byte(text), 0o644), os.Chtimes(path, when, when))
		}
	}
	for name, c := range map[string]struct {
		make func(path string) error
		want string
	}{
		"of the future":      {later(""), "delete"},
		"a link to a device": {func(path string) error { return os.Symlink("/dev/zero", path) }, "delete"},
		"a folder":           {func(path string) error { return os.Mkdir(path, 0o755) }, "delete"},
		"a large file":       {func(path string) error { return os.WriteFile(path, make([]byte, 1<<20), 0o644) }, "delete"},
		"a key in capitals":  {later(`{"PID": 1, "host": "x"}`), "delete"},
		"two processes":      {later(`{"pid": 1, "pid": 2, "host": "x"}`), "does not say whose"},
		"no such number":     {later(`{"pid": 9223372036854775807, "host": "x"}`), "does not say whose"},
		"another host": {func(path string) error {
			return os.WriteFile(path, []byte(`{"pid": 1, "host": "\u001b[2J`+strings.Repeat("x", 3000)+`", "token": "x"}`), 0o644)
		}, "delete"},
	} {
		path := filepath.Join(t.TempDir(), "lock")
		if err := c.make(path); err != nil {
			t.Fatal(err)
		}
		err := Acquire(path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\x1b") || len(err.Error()) > 500 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
