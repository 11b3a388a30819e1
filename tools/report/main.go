// Command report writes docs/report.md: the text of page.tmpl with the numbers
// and tables of what was measured. The numbers come from docs/report alone,
// which is committed; with -runs they are taken from run folders first.
// run.sh makes the runs.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"frontdoor/internal/atomicfile"
)

func main() {
	runs := flag.String("runs", "", "`DIR` with the run folders of run.sh, to take results and figures from")
	docs := flag.String("docs", "docs", "`DIR` with report.md and the folder report")
	flag.Parse()
	if err := write(*runs, *docs); err != nil {
		fmt.Fprintf(os.Stderr, "report: %v\n", err)
		os.Exit(1)
	}
}

// write takes the results from runs, if there are any to be taken, and writes
// the page.
func write(runs, docs string) error {
	folder := filepath.Join(docs, "report")
	if runs != "" {
		if err := collect(runs, folder); err != nil {
			return err
		}
	}
	text, err := page(folder)
	if err != nil {
		return err
	}
	return atomicfile.WriteBytes(filepath.Join(docs, "report.md"), text)
}
