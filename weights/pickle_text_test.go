package weights

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What pickle.dumps(..., 0) of Python 3.11 writes for numbers and texts, and
// two things of Python 2: a literal, and an object of an old class.
func TestPickleOfLines(t *testing.T) {
	text := "(dp0\nVi\np1\nI5\nsVneg\np2\nI-3\nsVbig\np3\nL1180591620717411303424L\nsVlong\np4\nL1099511627776L\n" +
		"sVf\np5\nF1.5\nsVt\np6\nI01\nsVno\np7\nI00\nsVs\np8\nV\xe9\\u005c \\u000a'\\u4e2d\\U0001f600\np9\n" +
		"sVl\np10\n(lp11\nI1\na(I2\ntp12\nasVn\np13\nNs" +
		"S'lit'\nS'a\\'\\x41\\n'\ns" +
		"Vold\n(I7\nia\nB\nsVolder\n(ca\nB\nI8\nosVagain\ng9\ns."
	got, n, err := readPickle([]byte(text), pickleBudget(len(text)))
	if err != nil || n != len(text) {
		t.Fatalf("%d of %d bytes, %v", n, len(text), err)
	}
	d := got.(*pyDict)
	s := "é\\ \n'中😀"
	want := &pyDict{
		keys: []any{"i", "neg", "big", "long", "f", "t", "no", "s", "l", "n", "lit", "old", "older", "again"},
		values: []any{
			int64(5), int64(-3), pyLong{}, int64(1 << 40), 1.5, true, false, s,
			&pyList{[]any{int64(1), pyTuple{int64(2)}}}, nil, "a'A\n",
			&pyObject{class: pyGlobal{"a", "B"}, args: pyTuple{int64(7)}},
			&pyObject{class: pyGlobal{"a", "B"}, args: pyTuple{int64(8)}}, s,
		},
	}
	all := cmp.AllowUnexported(pyDict{}, pyList{}, pyObject{}, pyGlobal{}, pyLong{})
	if diff := cmp.Diff(want, d, all); diff != "" {
		t.Error(diff)
	}
}

func TestBadPicklesOfLines(t *testing.T) {
	for text, want := range map[string]string{
		"Ifive\n.":         "invalid syntax",
		"L1.5L\n.":         "invalid syntax",
		"Fx\n.":            "invalid syntax",
		"Sopen\n.":         "quotation marks",
		"S'\n.":            "quotation marks",
		"S'\\xg0'\n.":      "escape",
		"V\\u12\n.":        "escape",
		"g5\n.":            "number 5",
		"g-1\n.":           "invalid syntax",
		"(o.":              "nothing on its stack",
		"I1\nia\nB\n.":     "no mark",
		"(I1\nI2\no.":      "not a class",
		"I1":               "cut short",
		"P('storage',)\n.": "torch.load fails on it too",
	} {
		if _, _, err := readPickle([]byte(text), pickleBudget(len(text))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

// Before its zip files PyTorch referred to the class of a module together with
// the text of its source.
func TestModuleWithItsSource(t *testing.T) {
	p := &pickler{}
	p.op(0x80, 2, '(').text("module").global("a.Net").text("/home/a/net.py").text("class Net: ...").op('t', 'Q', ')', 0x81)
	p.op('}', '(').text("_parameters").op('}').text("w").vector("0", 1).op('s')
	p.text("_modules").op('}', 'u', 'b', '.')
	f, err := Parse(archiveOf(t, p.Bytes(), map[string][]byte{"0": f32s(3)}), "a")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"w": "F32[1][3]"}, values(f)); diff != "" {
		t.Error(diff)
	}
}
