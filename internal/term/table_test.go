package term

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestTableText(t *testing.T) {
	table := Table{
		Header: []string{"class", "recall"},
		Rows:   [][]string{{"star", "9.5"}, {"星形", "100.0"}, {"é", "1.0"}, {"no value"}},
		Align:  []Align{Left, Right},
	}
	want := "" +
		"class     recall\n" +
		"--------  ------\n" +
		"star         9.5\n" +
		"星形       100.0\n" +
		"é            1.0\n" +
		"no value\n"
	if got := table.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestTableMarkdown(t *testing.T) {
	table := Table{
		Header: []string{"a|b", "n"},
		Rows:   [][]string{{"x\ny", "1*"}, {"<b>", "22", "more"}},
		Align:  []Align{Left, Right},
	}
	want := "" +
		"| a\\|b   |   n |      |\n" +
		"| ------ | --: | ---- |\n" +
		"| x y    | 1\\* |      |\n" +
		"| &lt;b> |  22 | more |\n"
	if got := table.Markdown(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestEmptyTable(t *testing.T) {
	if got := (Table{}).String(); got != "\n\n" {
		t.Errorf("got %q", got)
	}
}

func TestCleanAndCut(t *testing.T) {
	if got := Clean("a\x1b[2J\xffb\n"); got != "a\uFFFD[2J\uFFFDb " {
		t.Errorf("Clean: %q", got)
	}
	for _, c := range []struct {
		s     string
		width int
		want  string
	}{{"short", 8, "short"}, {"a long one", 8, "a lon..."}, {"星星星星星", 8, "星星..."}} {
		if got := cut(c.s, c.width); got != c.want {
			t.Errorf("cut(%q, %d) = %q, want %q", c.s, c.width, got, c.want)
		}
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 1023: "1023 B", 1024: "1.00 KiB", 1536: "1.50 KiB", 1<<20 - 1: "1.00 MiB",
		50 << 20: "50.0 MiB", 999 << 20: "999 MiB", 5 << 30: "5.00 GiB", -2048: "-2.00 KiB",
		math.MaxInt64: "8.00 EiB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
	Bytes(math.MinInt64) // must come back
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 1500 * time.Nanosecond: "1.50 µs", 350 * time.Millisecond: "350 ms",
		999600 * time.Microsecond: "1.0 s", 4200 * time.Millisecond: "4.2 s",
		59970 * time.Millisecond: "1m00s", 185 * time.Second: "3m05s",
		130 * time.Minute: "2h10m", 28 * time.Hour: "1d04h", -time.Second: "-1.0 s",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%d) = %q, want %q", d, got, want)
		}
	}
	Duration(math.MinInt64) // must come back
}

func TestFit(t *testing.T) {
	table := Table{
		Header: []string{"image", "class", "probability", "uncertainty"},
		Align:  []Align{Left, Left, Right, Right},
		Rows:   [][]string{{"/a/very/long/path/to/some/photograph.jpg", "cup", "0.460", "0.223"}, {"b.jpg", "chair", "0.5", "0.1"}},
	}
	if got := table.Fit(0); got != table.String() {
		t.Errorf("without a bound:\n%s", got)
	}
	if got := table.Fit(200); got != table.String() {
		t.Errorf("with room:\n%s", got)
	}
	for _, columns := range []int{60, 46, 45, 40, 30} {
		got := table.Fit(columns)
		for line := range strings.Lines(got) {
			if n := width(strings.TrimRight(line, "\n")); n > columns {
				t.Errorf("%d columns, not %d: %s", n, columns, line)
			}
		}
		for _, want := range []string{"0.460", "0.223", "cup", "chair"} {
			if !strings.Contains(got, want) {
				t.Errorf("%d columns: no %s in\n%s", columns, want, got)
			}
		}
	}
	want := "image         class  probability\n------------  -----  -----------\n/a/very/l...  cup          0.460\nb.jpg         chair          0.5\n\n" +
		"image         uncertainty\n------------  -----------\n/a/very/l...        0.223\nb.jpg                 0.1\n"
	if got := table.Fit(40); got != want {
		t.Errorf("in 40 columns:\n%s", got)
	}
	one := Table{Header: []string{"a long name of a column"}, Rows: [][]string{{"x"}}}
	if got := one.Fit(12); got != "a long na...\n------------\nx\n" {
		t.Errorf("one column:\n%s", got)
	}
}
