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
// export/METHOD/seedS is what it takes as its model folder. It returns the
// paths of the files.
func Export(t *Trained) ([]string, error) {
	base, err := t.trainedOn()
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, method := range t.Methods {
		if Untrained(method) {
			continue
		}
		for _, seed := range t.Seeds {
			l, err := t.Learner(method, seed, base)
			if err != nil {
				return paths, err
			}
			epochs := t.Settings[method].Epochs
			dir := filepath.Join(t.dir, ExportFolder, method, fmt.Sprintf("seed%d", seed), originalFolder(method))
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return paths, fmt.Errorf("export folder %s cannot be made: %w", dir, rootCause(err))
			}
			path := filepath.Join(dir, fmt.Sprintf("model.pth.tar-%d", epochs))
			if err := weights.WriteTorch(path, prompt.Export(l), epochs); err != nil {
				return paths, err
			}
			paths = append(paths, path)
		}
	}
	return paths, nil
}
