package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"frontdoor/eval/rundir"
)

// store is what was measured, by the name of the run. "ablations" and "study"
// stand for what several runs of each have, and "main" for all that was measured on
// every task: rivals, cdc, and CDC without VSD, which is spread over runs.
type store struct {
	runs   map[string][]rundir.Row
	epochs []rundir.EpochRow
	speed  map[string]float64 // images/s of a method, the best round
}

// read reads the folder that collect wrote.
func read(folder string) (*store, error) {
	s := &store{runs: map[string][]rundir.Row{}}
	for _, name := range runNames {
		rows, err := readRows(filepath.Join(folder, name+".jsonl"))
		if err != nil {
			return nil, err
		}
		s.runs[name] = rows
	}
	s.runs["ablations"] = append(s.runs["ablations"], s.runs["ablations-shape"]...)
	s.runs["study"] = slices.Concat(s.runs["study"], s.runs["study-rest"], s.runs["study-no-vsd"])
	s.runs["main"] = slices.Concat(s.runs["rivals"], s.runs["cdc"], s.runs["no-vsd"])
	for _, r := range s.runs["ablations"] {
		if r.Method == "cdc-no-vsd" {
			s.runs["main"] = append(s.runs["main"], r)
		}
	}
	var err error
	if s.epochs, err = rundir.ReadEpochs(folder); err != nil {
		return nil, err
	}
	s.speed, err = readSpeed(filepath.Join(folder, "speed.txt"))
	return s, err
}

func readRows(path string) ([]rundir.Row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var rows []rundir.Row
	for d := json.NewDecoder(f); d.More(); {
		var r rundir.Row
		if err := d.Decode(&r); err != nil {
			return nil, fmt.Errorf("%s, row %d: %w", path, len(rows)+1, err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// readSpeed returns the best round of each method from the output of
// BenchmarkPredict.
func readSpeed(path string) (map[string]float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	best := map[string]float64{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) != 6 || fields[5] != "images/s" {
			continue
		}
		v, err := strconv.ParseFloat(fields[4], 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", path, lines.Text(), err)
		}
		_, method, _ := strings.Cut(fields[0], "/")
		best[method] = max(best[method], v)
	}
	return best, lines.Err()
}

// tasks are the tasks of the world in the order of the page.
var tasks = []string{"texshape", "coltex", "shape", "colshape"}

// pick returns the rows of a method in a run, on one dataset or, if that is
// empty, on all.
func (s *store) pick(run, method, dataset string) ([]rundir.Row, error) {
	var out []rundir.Row
	for _, r := range s.runs[run] {
		if r.Method == method && (dataset == "" || r.Dataset == dataset) {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("run %q has no rows of %s on %q", run, method, dataset)
	}
	return out, nil
}
