package lockfile

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
