// Command calibrate turns images that a run was not trained on into a promise
// about its answers.
package main

import (
	"frontdoor/internal/cli"
	"frontdoor/internal/command/calibrate"
)

func main() { cli.Main("calibrate", calibrate.Run) }
