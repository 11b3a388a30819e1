package main

import (
	"fmt"

	"frontdoor/eval/report"
	"frontdoor/eval/rundir"
)

// present prints the tables of a run and draws its figures.
func (o *options) present(dir string, rows []rundir.Row) error {
	printTables(rows)
	if o.methods != o.defaultMethods() && report.Plain(rows) { // what each costs matters to who compares them
		fmt.Printf("\n%s", report.CostTable(rows).String())
	}
	if t := report.PlanTable(rows); len(t.Rows) > 0 {
		fmt.Printf("\n%s", t.String())
	}
	printClasses(rows)
	if o.study {
		for _, g := range report.Measured(rows) {
			text := g.Text()
			fmt.Printf("\n%s\n%s", g.Title, text.String())
		}
	}
	return report.Write(dir)
}

// printTables prints one table of a plain run, and the table of each protocol
// of a sweep or of a run that goes between datasets.
func printTables(rows []rundir.Row) {
	if report.Plain(rows) {
		fmt.Print(report.Summary(rows).String())
		return
	}
	for i, g := range report.Tables(rows, "") {
		if i > 0 {
			fmt.Println()
		}
		text := g.Text()
		fmt.Printf("%s\n%s", g.Title, text.String())
	}
}

// redraw makes tables and figures of a run again.
func redraw(dir string) error {
	if err := report.Write(dir); err != nil {
		return err
	}
	fmt.Printf("tables and figures: %s\n", dir)
	return nil
}

// shownClasses is up to how many classes the per-class table is printed.
const shownClasses = 40

// printClasses prints precision and recall of each class for the last method,
// if the protocol gave them and the run is about one dataset.
func printClasses(rows []rundir.Row) {
	if len(rows) == 0 || len(rows[len(rows)-1].PerClass) == 0 || !report.Plain(rows) || rows[0].Dataset != rows[len(rows)-1].Dataset {
		return
	}
	last := rows[len(rows)-1]
	fmt.Printf("\n%s, seed %d, by class", last.Method, last.Seed)
	if n := len(last.PerClass); n > shownClasses {
		fmt.Printf(" (the first %d of %d; all are in results.json)", shownClasses, n)
		last.PerClass = last.PerClass[:shownClasses]
	}
	fmt.Printf(":\n%s", report.ClassTable(last.PerClass).String())
}
