package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"frontdoor/eval"
)

// Write makes the tables and figures of the run folder at path from its results
// and metrics.csv alone.
func Write(path string) error {
	results, err := eval.ReadResults(path)
	if err != nil {
		return err
	}
	epochs, err := eval.ReadEpochs(path)
	if err != nil {
		return err
	}
	if err := writeTables(path, results.Rows); err != nil {
		return err
	}
	return writeFigures(path, results.Rows, epochs)
}

// writeFigures writes the figures as PNG and SVG.
func writeFigures(path string, rows []eval.Row, epochs []eval.EpochRow) error {
	all, err := Figures(rows, epochs)
	if err != nil {
		return err
	}
	dir := filepath.Join(path, eval.FiguresFolder)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the folder for figures cannot be made: %w", err)
	}
	for _, d := range all {
		if err := d.Figure.Save(filepath.Join(dir, d.Name)); err != nil {
			return err
		}
	}
	return nil
}

// TablesFolder is the folder of a run that holds its tables.
const TablesFolder = "tables"

// writeTables writes the tables of all protocols of a run, and those of what
// was measured beside accuracies.
func writeTables(path string, rows []eval.Row) error {
	var config eval.Config
	if err := eval.ReadRunJSON(path, eval.ConfigFile, &config); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	dir := filepath.Join(path, TablesFolder)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the folder for tables cannot be made: %w", err)
	}
	for _, g := range append(Tables(rows, config.Backbone), Measured(rows)...) {
		if err := g.Save(dir); err != nil {
			return err
		}
	}
	return nil
}
