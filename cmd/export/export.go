// Command export writes what a finished run has learned as PyTorch files.
package main

import (
	"frontdoor/internal/cli"
	"frontdoor/internal/command/export"
)

func main() { cli.Main("export", export.Run) }
