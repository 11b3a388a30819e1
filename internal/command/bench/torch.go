package bench

import (
	_ "embed"
	"errors"
	"os/exec"
)

//go:embed peers/tower.py
var torchSource string

// startTorch starts the peer tower.
func (b *bench) startTorch() (*child, error) {
	python, err := b.pythonWithTorch()
	if err != nil {
		return nil, err
	}
	cmd, err := b.torchCommand(python, torchSource)
	if err != nil {
		return nil, err
	}
	return startChild(cmd)
}

// pythonWithTorch returns the first Python that has torch: the user's, or the
// system's.
func (b *bench) pythonWithTorch() (string, error) {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.CommandContext(b.ctx, python, "-c", "import torch").Run() == nil {
			return python, nil
		}
	}
	return "", errors.New("no python3 with torch (Debian: install python3-torch)")
}
