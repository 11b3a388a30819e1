package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every mistake can be made: its text occurs once in the file as it is now.
func TestMutationsFit(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutations {
		for _, e := range m.edits {
			text, err := os.ReadFile(filepath.Join(root, e.file))
			if err != nil {
				t.Errorf("%s: %v", m.name, err)
				continue
			}
			if n := strings.Count(string(text), e.old); n != 1 || e.old == e.new {
				t.Errorf("%s: %s contains %q %d times, want once; tools/mutate/mutations.go has to follow the code", m.name, e.file, e.old, n)
			}
		}
	}
}

func TestEvidence(t *testing.T) {
	for _, c := range []struct{ out, tests, sign string }{
		{"--- FAIL: TestTorchOps (0.00s)\n    golden_torch_test.go:120: gelu.y[0 6] = 1, want 2: off by 1\nFAIL\nFAIL\tfrontdoor/autograd\t0.1s\n", "TestTorchOps", "gelu.y[0 6] = 1, want 2"},
		{"panic: runtime error\nFAIL\tfrontdoor/prompt\t0.1s\n", "package prompt", ""},
		{"FAIL\tfrontdoor/prompt [build failed]\n", "", ""},
	} {
		if tests, sign := evidence(c.out); tests != c.tests || sign != c.sign {
			t.Errorf("evidence(%q) = %q, %q; want %q, %q", c.out, tests, sign, c.tests, c.sign)
		}
	}
}
