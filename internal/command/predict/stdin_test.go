package predict

import (
	"bytes"
	"context"
	"encoding/json"
	"image/color"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"frontdoor"
)

// collected are the names that standard input stands for.
func collected(t *testing.T, o *options, stdin []byte) ([]string, error) {
	t.Helper()
	o.stdin = bytes.NewReader(stdin)
	images, err := o.collect(context.Background(), io.Discard)
	var names []string
	for _, im := range images {
		names = append(names, im.Name())
	}
	return names, err
}

func TestStandardInput(t *testing.T) {
	dir := t.TempDir()
	a := picture(t, dir, "a.png", color.RGBA{200, 10, 10, 255})
	b := picture(t, dir, "b b.png", color.RGBA{10, 10, 250, 255})
	bytesOfA, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		o     options
		stdin string
		want  []string
	}{
		"lines":           {options{images: []string{"-"}}, a + "\r\n\n" + b + "\n", []string{a, b}},
		"no last line":    {options{images: []string{"-"}}, b, []string{b}},
		"NULs":            {options{images: []string{"-"}, nul: true}, a + "\x00" + b + "\x00", []string{a, b}},
		"an image":        {options{images: []string{"-"}}, string(bytesOfA), []string{"-"}},
		"a damaged image": {options{images: []string{"-"}}, "\x00\x01" + string(bytesOfA), []string{"-"}},
		"beside others":   {options{images: []string{b, "-"}}, a + "\n", []string{b, a}},
		"missing":         {options{images: []string{"-"}}, "absent.png\n", []string{"absent.png"}},
	} {
		got, err := collected(t, &c.o, []byte(c.stdin))
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q (%v)", name, got, c.want, err)
		}
	}
	if _, err := collected(t, &options{images: []string{"-"}}, nil); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("nothing: %v", err)
	}
	if _, err := collected(t, &options{images: []string{"-"}}, bytes.Repeat([]byte("x"), 100_000)); err == nil || len(err.Error()) > 200 {
		t.Errorf("a long line: %.300v", err)
	}
	if im, err := (bytesPhoto{bytesOfA, true}).Open(t.Context()); err != nil || im.W != 20 || im.H != 12 {
		t.Errorf("the image: %v", err)
	}
}

// An answer that is too uncertain keeps its class, and the distribution sums to
// one.
func TestJSONKeepsTheClass(t *testing.T) {
	dir := t.TempDir()
	a := picture(t, dir, "a.png", color.RGBA{200, 10, 10, 255})
	text, err := run(t, "-labels", "star,ring,cross", "-abstain", "0", "-json", a)
	if err != nil {
		t.Fatal(err)
	}
	r := result{choice: &choice{}}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	if !r.Abstained || !slices.Contains([]string{"star", "ring", "cross"}, r.Class) || len(r.Distribution) != 3 || r.Distribution[0].Class != r.Class || r.Distribution[0].Probability != r.Probability {
		t.Errorf("%s", text)
	}
	sum := 0.0
	for _, s := range r.Distribution {
		sum += float64(s.Probability)
	}
	if math.Abs(sum-1) > 1e-5 {
		t.Errorf("the distribution sums to %v", sum)
	}
	judged := resultOf("x", frontdoor.Answer{Class: "star", Verdict: frontdoor.Unfamiliar}, nil)
	if judged.Verdict != "unfamiliar" || judged.Class != "star" {
		t.Errorf("%+v", judged)
	}
}

func TestLabelsOfNoUse(t *testing.T) {
	for want, args := range map[string][]string{
		"every image would be it": {"-labels", "cup", "x.png"},
		"twice":                   {"-labels", "cup,Cup", "x.png"},
		"given twice":             {"-labels", "cup", "-labels", "lamp", "x.png"},
		"name - among":            {"-labels", "cup,lamp", "-0", "x.png"},
	} {
		if _, err := run(t, args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", args, err)
		}
	}
}
