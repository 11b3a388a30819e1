package eval

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/internal/safefile"
	"frontdoor/method"
	"frontdoor/weights"
)

// ExportFolder is where a run's checkpoints for the published code lie.
const ExportFolder = "export"

// Export writes what a finished run has learned as PyTorch checkpoints, in the
// tensor names and below the folder names of the published code:
// export/METHOD/seedS is what it takes as its model folder, in a sweep
// export/DATASET-16shot/METHOD/seedS. It returns the paths of the files; when ctx
// ends, of those that were written by then.
func Export(ctx context.Context, t *Trained) ([]string, error) {
	var paths []string
	for _, cell := range t.Cells() {
		if err := ctx.Err(); err != nil {
			return paths, err
		}
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
	dir := ExportFolder
	if t.Sweep() {
		dir = filepath.Join(dir, safefile.Name(fmt.Sprintf("%s-%dshot", cell.Dataset, cell.Shots)))
	}
	dir = filepath.Join(dir, safefile.Name(cell.Variant()), fmt.Sprintf("seed%d", cell.Seed), how.Folder())
	folder := safefile.Dir(t.dir)
	if err := folder.Make(dir); err != nil {
		return "", fmt.Errorf("export folder: %w", err)
	}
	epochs := t.For(cell).Epochs
	name := filepath.Join(dir, fmt.Sprintf("model.pth.tar-%d", epochs))
	return filepath.Join(t.dir, name), folder.Write(name, func(w io.Writer) error { return weights.EncodeTorch(w, how.Export(l), epochs) })
}
