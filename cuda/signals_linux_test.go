package cuda

import (
	"syscall"
	"testing"
)

// A handler that is changed in between is put back, and no other is touched.
func TestSignalHandlersComeBack(t *testing.T) {
	before, err := saveSignals()
	if err != nil {
		t.Fatal(err)
	}
	const n = int(syscall.SIGUSR2)
	ignore := [4]uint64{1} // SIG_IGN
	if err := sigaction(n, &ignore, nil); err != nil {
		t.Fatal(err)
	}
	changed, err := saveSignals()
	if err != nil || changed[n-1] == before[n-1] {
		t.Fatalf("the handler did not change (%v)", err)
	}
	if err := before.restore(); err != nil {
		t.Fatal(err)
	}
	after, err := saveSignals()
	if err != nil || *after != *before {
		t.Errorf("handlers differ from those of before (%v)", err)
	}
}
