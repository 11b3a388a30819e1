// Command predict classifies images with what a run of train has learned, or with any
// CLIP and the names of the classes.
package main

import (
	"frontdoor/internal/cli"
	"frontdoor/internal/command/predict"
)

func main() { cli.Main("predict", predict.Run) }
