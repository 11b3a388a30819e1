package eval

import (
	"fmt"
	"os"
	"path/filepath"

	"frontdoor/prompt"
	"frontdoor/weights"
)

// ExportFolder is where a run's checkpoints for the published code lie.
const ExportFolder = "export"

// originalFolder is the folder in which the published code looks for the
// checkpoint of a method, below its model folder. Methods without an original
// get CoOp's.
func originalFolder(method string) string {
	switch method {
	case "maple", "maple+zs":
		return "MultiModalPromptLearner"
	case "ivlp", "language":
		return "VLPromptLearner"
	}
	return "prompt_learner"
}

// Export writes what a finished run has learned as PyTorch checkpoints, in the
// tensor names and below the folder names of the published code:
// export/METHOD/seedS is what it takes as its model folder, in a sweep
// export/DATASET-16shot/METHOD/seedS. It returns the paths of the files.
func Export(t *Trained) ([]string, error) {
	var paths []string
	for _, cell := range t.Cells() {
		if Untrained(cell.Method) {
			continue
		}
		path, err := t.export(cell)
		if err != nil {
			return paths, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func (t *Trained) export(cell Cell) (string, error) {
	set, _ := t.set(cell.Dataset)
	l, err := t.CellLearner(cell, t.trainedOn(set))
	if err != nil {
		return "", err
	}
	dir := filepath.Join(t.dir, ExportFolder)
	if t.Sweep() {
		dir = filepath.Join(dir, fmt.Sprintf("%s-%dshot", cell.Dataset, cell.Shots))
	}
	dir = filepath.Join(dir, cell.variant(), fmt.Sprintf("seed%d", cell.Seed), originalFolder(cell.Method))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("export folder %s cannot be made: %w", dir, rootCause(err))
	}
	epochs := t.For(cell).Epochs
	path := filepath.Join(dir, fmt.Sprintf("model.pth.tar-%d", epochs))
	return path, weights.WriteTorch(path, prompt.Export(l), epochs)
}
