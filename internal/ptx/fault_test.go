package ptx

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
)

// header opens the module of a test's kernel, which gets two addresses and has
// 4096 bytes of shared memory.
const header = `
.version 7.0
.target sm_80
.address_size 64
.visible .entry k(.param .u64 out, .param .u64 in)
{
	.reg .pred %p<8>;
	.reg .b32 %r<32>;
	.reg .f32 %f<32>;
	.reg .b64 %rd<16>;
	.shared .align 16 .b8 buf[4096];
	ld.param.u64 %rd1, [out];
	ld.param.u64 %rd2, [in];
	mov.u32 %r1, %tid.x;
	mul.wide.u32 %rd3, %r1, 4;
	add.u64 %rd4, %rd1, %rd3;	// out + tid
	add.u64 %rd5, %rd2, %rd3;	// in + tid
	shl.b32 %r2, %r1, 2;		// tid as an offset into shared memory
	mov.u32 %r3, buf;
	add.u32 %r4, %r3, %r2;		// buf + tid
`

// outcome is what became of a launch.
type outcome struct {
	out   []uint32
	stats Stats
	err   error
}

// launch runs the body of a kernel in one block of 64 threads, on 128 words of
// output and as many of input, which hold their numbers.
func launch(t *testing.T, body string, seed uint64) outcome {
	t.Helper()
	mod, err := Parse(header + body + "\nret;\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	m := &Machine{Arch: Hopper, Seed: seed, Steps: 1 << 16}
	const words = 128
	out, in := m.Memory.Alloc(4*words), m.Memory.Alloc(4*words)
	data := make([]byte, 4*words)
	if err := m.Memory.Write(out, data); err != nil {
		t.Fatal(err)
	}
	for i := range words {
		binary.LittleEndian.PutUint32(data[4*i:], uint32(i))
	}
	if err := m.Memory.Write(in, data); err != nil {
		t.Fatal(err)
	}
	params := binary.LittleEndian.AppendUint64(nil, out)
	params = binary.LittleEndian.AppendUint64(params, in)
	stats, err := m.Launch(mod.Kernels["k"], Dim{}, 64, 0, params)
	if rerr := m.Memory.Read(out, data); rerr != nil {
		t.Fatal(rerr)
	}
	o := outcome{stats: stats, err: err}
	for i := range words {
		o.out = append(o.out, binary.LittleEndian.Uint32(data[4*i:]))
	}
	return o
}

// Each kernel is right, or has one fault. The faults must be found whatever the
// order of the warps.
func TestFaults(t *testing.T) {
	exchange := func(barrier string) string { // thread i gets the word of thread i^32
		return `
	ld.global.f32 %f1, [%rd5];
	st.shared.f32 [%r4], %f1;
	` + barrier + `
	xor.b32 %r5, %r4, 128;
	ld.shared.f32 %f2, [%r5];
	st.global.f32 [%rd4], %f2;`
	}
	neighbour := func(barrier string) string { // thread i gets the word of thread i^1
		return strings.Replace(exchange(barrier), "128", "4", 1)
	}
	copied := func(wait, barrier string) string {
		return `
	cp.async.ca.shared.global [%r4], [%rd5], 4;
	cp.async.commit_group;
	` + wait + "\n" + barrier + `
	xor.b32 %r5, %r4, 128;
	ld.shared.f32 %f2, [%r5];
	st.global.f32 [%rd4], %f2;`
	}
	reused := func(barrier string) string { // the buffer is filled again
		return exchange("bar.sync 0;") + barrier + `
	cp.async.ca.shared.global [%r4], [%rd5], 4;
	cp.async.wait_all;`
	}
	cases := []struct {
		name, body string
		kinds      []Kind // what is found depends on the order of the warps; none if nothing
	}{
		{"exchange", exchange("bar.sync 0;"), nil},
		{"no barrier", exchange(""), []Kind{Race, Uninitialised}},
		{"a barrier of the warp for an exchange of warps", exchange("bar.warp.sync 0xffffffff;"), []Kind{Race, Uninitialised}},
		{"exchange in a warp", neighbour("bar.warp.sync 0xffffffff;"), nil},
		{"no barrier in a warp", neighbour(""), []Kind{Race}},
		{"copy", copied("cp.async.wait_group 0;", "bar.sync 0;"), nil},
		{"no wait", copied("", "bar.sync 0;"), []Kind{InFlight}},
		{"a wait for all but one", copied("cp.async.wait_group 1;", "bar.sync 0;"), []Kind{InFlight}},
		{"the wait without the barrier", copied("cp.async.wait_group 0;", ""), []Kind{Race, Uninitialised}},
		{"the wait behind the barrier", copied("bar.sync 0;", "cp.async.wait_group 0;"), []Kind{Race, InFlight}},
		{"no wait before the end", "cp.async.ca.shared.global [%r4], [%rd5], 4;", []Kind{InFlight}},
		{"buffer filled again", reused("bar.sync 0;"), nil},
		{"buffer filled too early", reused(""), []Kind{Race, InFlight}},
		{"one past the end of global memory", "ld.global.f32 %f1, [%rd5+260]; st.global.f32 [%rd4], %f1;", []Kind{OutOfBounds}},
		{"one past the end, written", "st.global.f32 [%rd4+260], 0f00000000;", []Kind{OutOfBounds}},
		{"before the beginning", "ld.global.f32 %f1, [%rd5-4];", []Kind{OutOfBounds}},
		{"one past the end of shared memory", "st.shared.f32 [%r4+3844], 0f00000000;", []Kind{OutOfBounds}},
		{"last word of shared memory", "st.shared.f32 [%r4+3840], 0f00000000;", nil},
		{"misaligned word", "ld.global.f32 %f1, [%rd5+2];", []Kind{Misaligned}},
		{"misaligned pair", "ld.global.v2.f32 {%f1, %f2}, [%rd5];", []Kind{Misaligned}},
		{"misaligned four of shared memory", "add.u32 %r4, %r4, %r2; st.shared.v4.f32 [%r4], {0f0, 0f0, 0f0, 0f0};", []Kind{Misaligned}},
		{"misaligned copy", "cp.async.ca.shared.global [%r4], [%rd5], 8;", []Kind{Misaligned}},
		{"uninitialised shared memory", "ld.shared.f32 %f1, [%r4];", []Kind{Uninitialised}},
		{"uninitialised register", "add.f32 %f1, %f2, %f2;", []Kind{Uninitialised}},
		{"register of some lanes", "setp.lt.u32 %p1, %r1, 7; @%p1 mov.f32 %f1, 0f0; add.f32 %f2, %f1, %f1;", []Kind{Uninitialised}},
		{"uninitialised predicate", "@%p1 mov.f32 %f1, 0f0;", []Kind{Uninitialised}},
		{"written by all", "st.global.u32 [%rd1], %r1;", []Kind{Race}},
		{"written by one", "setp.eq.u32 %p1, %r1, 0; @%p1 st.global.u32 [%rd1], %r1;", nil},
		{"barrier for some", "setp.lt.u32 %p1, %r1, 32; @%p1 bra L; bar.sync 0; L:", []Kind{Divergent}},
		{"barrier for some lanes", "setp.lt.u32 %p1, %r1, 40; @%p1 bar.sync 0;", []Kind{Divergent}},
		{"shuffle for some lanes", "setp.lt.u32 %p1, %r1, 40; @%p1 shfl.sync.bfly.b32 %r5, %r1, 1, 31, 0xffffffff;", []Kind{Divergent}},
		{"no end", "L: bra L;", []Kind{Endless}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(3) {
				err := launch(t, c.body, seed).err
				var f *Fault
				switch {
				case len(c.kinds) == 0 && err != nil:
					t.Fatalf("seed %d: %v", seed, err)
				case len(c.kinds) > 0 && !errors.As(err, &f):
					t.Fatalf("seed %d: no fault was found, want %s", seed, c.kinds)
				case len(c.kinds) > 0 && !slices.Contains(c.kinds, f.Kind):
					t.Fatalf("seed %d: %v, want %s", seed, err, c.kinds)
				}
			}
		})
	}
}

// A race may show in one order of the warps only: here warp 1 reads what warp 0
// wrote if it comes late enough to see the flag. The order changes with the
// seed, and the race is found in either.
func TestOrderOfWarps(t *testing.T) {
	body := `
	st.shared.u32 [%r4], 0;
	bar.sync 0;
	setp.ge.u32 %p1, %r1, 32;
	@%p1 bra L;
	ld.global.u32 %r6, [%rd5];
	st.global.u32 [%rd4], %r6;
	bra E;
L:	st.global.u32 [%rd4+-128], 7;
E:`
	body = strings.Replace(body, "+-128", "-128", 1)
	orders := map[uint32]bool{}
	for seed := range uint64(20) {
		o := launch(t, body, seed)
		var f *Fault
		if !errors.As(o.err, &f) || f.Kind != Race {
			t.Fatalf("seed %d: %v, want a race", seed, o.err)
		}
		orders[o.out[0]] = true
	}
	if len(orders) != 2 {
		t.Errorf("20 seeds saw %d orders of two warps", len(orders))
	}
}

// What costs time is counted: threads a row of banks apart are in each other's
// way, and touch a sector each.
func TestStats(t *testing.T) {
	o := launch(t, "st.shared.u32 [%r4], %r1; st.global.u32 [%rd4], %r1;", 0)
	if o.err != nil || o.stats.Conflicts() != 0 || o.stats.Scattered() != 0 || o.stats.Sectors != 8 {
		t.Errorf("neighbours: %+v, %v", o.stats, o.err)
	}
	o = launch(t, `
	and.b32 %r5, %r1, 31;
	mul.lo.u32 %r5, %r5, 128;	// 32 words apart
	mov.u32 %r6, buf;
	add.u32 %r6, %r6, %r5;
	setp.lt.u32 %p1, %r1, 32;
	@%p1 st.shared.u32 [%r6], %r1;`, 0)
	if o.err != nil || o.stats.SharedPasses != 32 || o.stats.Conflicts() != 31 {
		t.Errorf("one bank for all: %+v, %v", o.stats, o.err)
	}
	o = launch(t, "and.b32 %r5, %r1, 15; mul.wide.u32 %rd6, %r5, 32; add.u64 %rd6, %rd2, %rd6; ld.global.u32 %r7, [%rd6];", 0)
	if o.err != nil || o.stats.Sectors != 32 || o.stats.SectorsLeast != 8 {
		t.Errorf("a sector for each: %+v, %v", o.stats, o.err)
	}
}

// A fault says where it happened.
func TestFaultNamesTheLine(t *testing.T) {
	err := launch(t, "\tld.global.f32 %f1, [%rd5+260];\t// too far", 0).err
	if err == nil || !strings.Contains(err.Error(), "(ld.global.f32 %f1, [%rd5+260];)") || !strings.Contains(err.Error(), "behind the end") {
		t.Errorf("%v", err)
	}
}

// Text with a mistake is refused with the line.
func TestParseRefuses(t *testing.T) {
	for body, want := range map[string]string{
		"add.f16 %r1, %r1, %r1;":          "line 21: instruction add.f16 is not known here",
		"add.u32 %r1, %r1;":               "has 2 arguments, not 3",
		"add.u32 %x1, %r1, %r1;":          "%x1 is not declared",
		"bra L;":                          "there is no label L",
		"ld.param.u32 %r1, [out];":        "4 bytes of a parameter of 8",
		"ld.shared.u32 %r1, [other];":     "there is no other",
		"bar.sync 1;":                     "a barrier other than 0",
		"ld.global.v2.f32 {%f1}, [%rd1];": "has 1 elements, not 2",
		"mov.u32 %r1, %clock;":            "%clock is not declared",
		"L: L: ret;":                      "a second label L",
		"add.u32 %r1, %r1 %r2;":           "where \",\" should be",
		"/* comment":                      "a comment without an end",
	} {
		_, err := Parse(header + body + "\nret;\n}\n")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
}
