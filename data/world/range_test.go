package world

import (
	"strings"
	"testing"
)

// What is out of range panics in words.
func TestOutOfRange(t *testing.T) {
	task, err := TaskByName("shape")
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func(){
		"no factor Kind(4)":           func() { Kind(4).Names() },
		"no factor Kind(-1)":          func() { Kind(-1).Count() },
		"no factor Kind(5)":           func() { Kind(5).Cause() },
		"no factor Kind(6)":           func() { task.Value(0, 6) },
		"no domain 3":                 func() { Intervene(Factors{}, 3, 1) },
		"shape 99 outside [0, 16)":    func() { Factors{Shape: 99}.Name(Shape) },
		"Value: class 16 outside":     func() { task.Value(16, Shape) },
		"Reverse: class -1 outside [": func() { task.Reverse(Factors{}, -1, 1, 1) },
	} {
		func() {
			defer func() {
				if p, _ := recover().(string); !strings.Contains(p, name) {
					t.Errorf("panic %q, want %q", p, name)
				}
			}()
			f()
		}()
	}
}
