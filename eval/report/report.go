package report

import (
	"fmt"
	"os"
	"path/filepath"

	"frontdoor/eval"
)

// Write redraws the figures of the run folder at path from its results.json
// and metrics.csv alone.
func Write(path string) error {
	var results eval.Results
	if err := eval.ReadRunJSON(path, eval.ResultsFile, &results); err != nil {
		return err
	}
	epochs, err := eval.ReadEpochs(path)
	if err != nil {
		return err
	}
	dir := filepath.Join(path, eval.FiguresFolder)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the folder for figures cannot be made: %w", err)
	}
	if err := FigureBars(filepath.Join(dir, "accuracy.png"), Summarize(results.Rows)); err != nil {
		return err
	}
	if len(epochs) == 0 {
		return nil
	}
	return FigureCurves(filepath.Join(dir, "loss.png"), "epoch", "training loss (nats)", LossCurves(epochs))
}
