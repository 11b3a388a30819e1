package textfile

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// as16 writes text in UTF-16.
func as16(order binary.AppendByteOrder, text string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// as32 writes text in UTF-32.
func as32(order binary.AppendByteOrder, text string) string {
	var b []byte
	for _, r := range text {
		b = order.AppendUint32(b, uint32(r))
	}
	return string(b)
}

func TestDecode(t *testing.T) {
	le, be := binary.LittleEndian, binary.BigEndian
	for name, c := range map[string]struct{ data, want string }{
		"empty":                {"", ""},
		"utf-8":                {"café\n", "café\n"},
		"utf-8 with a mark":    {"\xef\xbb\xbfcup\n", "cup\n"},
		"a mark alone":         {"\xef\xbb\xbf", ""},
		"utf-16le with a mark": {"\xff\xfe" + as16(le, "cup\r\nlampé 🙂"), "cup\r\nlampé 🙂"},
		"utf-16be with a mark": {"\xfe\xff" + as16(be, "cup\nlampé 🙂"), "cup\nlampé 🙂"},
		"utf-16le":             {as16(le, "cup\nlampé 杯"), "cup\nlampé 杯"},
		"utf-16be":             {as16(be, "cup\nlampé 杯"), "cup\nlampé 杯"},
		"utf-16 Chinese lines": {as16(le, "杯子\n灯\n"), "杯子\n灯\n"},
		"utf-16 mark alone":    {"\xff\xfe", ""},
	} {
		if got, err := Decode([]byte(c.data)); got != c.want || err != nil {
			t.Errorf("%s: %q, error %v, want %q", name, got, err, c.want)
		}
	}
	for name, c := range map[string]struct{ data, want string }{
		"latin-1":                {"cup\r\nth\xe9\n", "line 2: the byte 0xE9"},
		"windows-1252":           {"it\x92s", "0x92"},
		"shift-jis":              {"\x83J\x83b\x83v", "0x83"},
		"cut off":                {"caf\xc3", "0xC3"},
		"surrogates":             {"a\xed\xa0\xbd", "0xED"},
		"utf-32le with a mark":   {"\xff\xfe\x00\x00" + as32(le, "cup"), "UTF-32"},
		"utf-32be with a mark":   {"\x00\x00\xfe\xff" + as32(be, "cup"), "UTF-32"},
		"utf-32le":               {as32(le, "cup\n"), "UTF-32"},
		"utf-32be":               {as32(be, "cup\n"), "UTF-32"},
		"utf-16 cut off":         {"\xff\xfec", "cut off"},
		"utf-16 half a pair":     {"\xff\xfe" + "c\x00\n\x00\x00\xd8u\x00", "line 2: not valid as UTF-16"},
		"utf-16 with a zero":     {"\xff\xfe" + as16(le, "cup\x00"), "zero"},
		"zeros":                  {"cup\x00lamp\x00x", "zero"},
		"a program":              {"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03", "zero"},
		"zeros at the end":       {"cup\n\x00\x00\x00", "zero"},
		"utf-16be of odd length": {"\x00c\x00u\x00", "cut off"},
	} {
		if got, err := Decode([]byte(c.data)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q, error %v, want one with %q", name, got, err, c.want)
		}
	}
}

func TestReadNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "names.txt")
	if err := os.WriteFile(path, []byte("th\xe9"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "names.txt: line 1") {
		t.Errorf("error %v", err)
	}
}

func TestLines(t *testing.T) {
	for text, want := range map[string][]string{
		"":                               nil,
		"\n":                             nil,
		"cup":                            {"cup"},
		"cup\nlamp\n":                    {"cup", "lamp"},
		"cup\r\nlamp\r\n":                {"cup", "lamp"},
		"cup\rlamp\rchair":               {"cup", "lamp", "chair"},
		"cup\r\n\rlamp":                  {"cup", "", "lamp"},
		"cup\u0085lamp\u2028a\u2029b":    {"cup", "lamp", "a", "b"},
		"cup\n\nlamp":                    {"cup", "", "lamp"},
		"a form\ffeed is\vno end\nof it": {"a form\ffeed is\vno end", "of it"},
	} {
		if got := Lines(text); !slices.Equal(got, want) {
			t.Errorf("%q: lines %q, want %q", text, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	for name, c := range map[string]struct{ want, removed string }{
		"cup":                             {"cup", ""},
		"\u200bcup":                       {"cup", "U+200B"},
		"c\u00adup\u2060":                 {"cup", "U+00AD U+2060"},
		"cup\ufeff\u200e\ufeff":           {"cup", "U+FEFF U+200E"},
		"\u202acup\u202c":                 {"cup", "U+202A U+202C"},
		"\u2066cup\u2069\u061c":           {"cup", "U+2066 U+2069 U+061C"},
		"cu\u034fp\u3164":                 {"cup", "U+034F U+3164"},
		"cu\x1bp\x07":                     {"cup", "U+001B U+0007"},
		"cu\u200dp\u200c":                 {"cup", "U+200D U+200C"},
		"caf\u00e9\u200c":                 {"café", "U+200C"},
		"cafe\u0301":                      {"café", ""},
		"tea\u00a0 \tcup\u3000":           {"tea cup", ""},
		"می\u200cخواهم":                   {"می\u200cخواهم", ""},
		"👩\u200d🚀":                        {"👩\u200d🚀", ""},
		"🏴\U000e0067\U000e0062\U000e007f": {"🏴\U000e0067\U000e0062\U000e007f", ""},
		"\u200b":                          {"", "U+200B"},
	} {
		got, removed := Clean(name)
		if got != c.want || strings.Join(removed, " ") != c.removed {
			t.Errorf("%q: %q without %v, want %q without %v", name, got, removed, c.want, c.removed)
		}
	}
}
