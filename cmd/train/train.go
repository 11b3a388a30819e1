// Command train adapts a CLIP to classes from a few images of each and tells how
// well it worked.
package main

import (
	"frontdoor/internal/cli"
	"frontdoor/internal/command/train"
)

func main() { cli.Main("train", train.Run) }
