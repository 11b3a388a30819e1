package eval

import (
	"fmt"
	"os"
	"path/filepath"

	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/method"
	"frontdoor/weights"
)

// ExportFolder is where a run's checkpoints for the published code lie.
const ExportFolder = "export"

// Export writes what a finished run has learned as PyTorch checkpoints, in the
// tensor names and below the folder names of the published code:
// export/METHOD/seedS is what it takes as its model folder, in a sweep
// export/DATASET-16shot/METHOD/seedS. It returns the paths of the files.
func Export(t *Trained) ([]string, error) {
	var paths []string
	for _, cell := range t.Cells() {
		how, err := method.ByName(cell.Method)
		if err != nil {
			return paths, err
		}
		if !how.Trained() {
			continue
		}
		path, err := t.export(cell, how)
		if err != nil {
			return paths, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func (t *Trained) export(cell rundir.Cell, how *method.Method) (string, error) {
	set, _ := t.Set(cell.Dataset)
	trained, _ := protocol.TrainedClasses(t.Protocol, set.Classes)
	l, err := t.CellLearner(cell, trained)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(t.dir, ExportFolder)
	if t.Sweep() {
		dir = filepath.Join(dir, fmt.Sprintf("%s-%dshot", cell.Dataset, cell.Shots))
	}
	dir = filepath.Join(dir, cell.Variant(), fmt.Sprintf("seed%d", cell.Seed), how.Folder())
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("export folder %s cannot be made: %w", dir, err)
	}
	epochs := t.For(cell).Epochs
	path := filepath.Join(dir, fmt.Sprintf("model.pth.tar-%d", epochs))
	return path, weights.WriteTorch(path, how.Export(l), epochs)
}
