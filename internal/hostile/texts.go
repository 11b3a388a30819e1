package hostile

import (
	"bytes"
	"compress/zlib"
	"fmt"
)

func deflatedText(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(s)) // a Buffer takes everything
	_ = w.Close()
	return b.String()
}

// texts are lists, tables and what a run folder holds.
func texts() []File {
	templates, effects := "", ""
	for i := range 5000 {
		templates += fmt.Sprintf("%q,", fmt.Sprint("t", i))
		effects += fmt.Sprintf(`{"factor": "f%d", "changed": 1, "accuracy": 2},`, i)
	}
	row := func(more string) string {
		return `{"rows": [{"method": "cdc", "dataset": "texshape", "protocol": "base2new", "seed": 1, "shots": 16, "base": 1, "new": 2, "hm": 1.5` + more + `}]}`
	}
	return []File{
		file("columns.csv", "path,label", many(",", 1<<20), "\n"),
		file("quotes.csv", "path,label\n", many("\"a\n", 200_000)),
		file("empty-lines.csv", "path,label", many("\n", 2<<20)),
		file("control.csv", "path,label\n\x1b]0;x\x07.jpg,=HYPERLINK()\n"),
		file("objects.json", `[{"file_name": "a"`, many(`},{"file_name":"a"`, 100_000), "}]"),
		file("empty-objects.json", "[{}", many(",{}", 500_000), "]"),
		file("keys.json", `[{"a":0`, many(`,"a":0`, 200_000), "}]"),
		file("deep-list.json", many("[", 100_000)),
		file("split.json", `{"train": [["../../etc/passwd", 0, "a"]], "test": [["a.jpg", 9223372036854775807, "b"]]}`),
		file("split-of-labels.json", `{"train": [["a.jpg", 65535, "a"]`, many(`,["a.jpg", 65535, "a"]`, 20_000), `], "val": [], "test": [["a.jpg", 65535, "a"]]}`),
		file("utf16.txt", "\xff\xfe", many("a\x00\n\x00", 200_000), "\x00"),
		file("names.txt", many("\u202e\x00", 1000)),
		file("results-of-templates.json", row(`, "templates": [`+templates+`"x"]`)),
		file("results-of-effects.json", row(`, "study": {"effects": [`+effects+`{"factor": "x"}]}`)),
		file("results-of-no-square.json", row(`, "study": {"similarity": {"templates": ["a", "b"], "cosines": [[1], [1, 2, 3]]}}`)),
		file("results-of-no-templates.json", row(`, "study": {"similarity": {"templates": [], "cosines": []}}`)),
		file("results-of-a-long-name.json", `{"rows": [{"method": "`, many("x", 100_000), `"}]}`),
		file("results-of-rows.json", `{"rows": [{"method": "cdc"}`, many(`,{"method": "cdc", "seed": 1}`, 150_000), "]}"),
		file("results-of-great-numbers.json", row(`, "base": 1e308, "params": 9223372036854775807, "templates_base": [-1e308, 5e-324]`)),
		file("results-of-greater-numbers.json", row(`, "base": 1e999`)),
		file("results-of-long-numbers.json", row(`, "base": `+many("9", 200_000))),
		file("results-of-depth.json", row(`, "unknown": `+many(`{"a":[`, 50_000))),
		file("results-that-turn.json", `{"rows": [{"method": "\u202ecdc\u2066", "dataset": "\u0085=1+1", "seed": 1}]}`),
		file("results-of-capitals.json", `{"ROWS": [{"method": "cdc"}]}`),
		file("config-of-tokens.json", `{"methods": ["cdc"], "seeds": [1], "dataset": "shape", "classes": ["a"], "settings": {"cdc": {"tokens": 100000000, "templates": 100000000, "depth": 100000000}}}`),
		file("list-that-turns.csv", "path,label\n\u202ea.jpg,\u2066b\n\"a\x00b.jpg\",\u0085\n"),
		file("numbers.csv", "path,label\n", many("1e308,1e999\n", 100_000)),
		file("results-of-paths.json", row(`, "source": "../../../../../tmp/x"`)),
		file("config-of-nothing.json", "{}"),
		file("config-of-null.json", "null"),
		file("config-of-cells.json", `{"methods": ["cdc"], "seeds": [1`, many(",1", 200_000), `], "dataset": "shape", "classes": ["a"], "shots_list": [1`, many(",1", 200_000), "]}"),
		file("metrics-of-epochs.csv", "method,seed,epoch,loss,lr,dataset,shots,m,base,new,accuracy\n", many("any,1,1000000,1,1,texshape,16,0,,,\n", 50_000)),
		file("metrics-of-a-formula.csv", "method,seed,epoch,loss,lr\n=1+1,1,1,NaN,Inf\n"),
	}
}
