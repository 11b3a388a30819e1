// Command pretrain trains the tiny CLIP from scratch on the synthetic world.
package main

import (
	"frontdoor/internal/cli"
	"frontdoor/internal/command/pretrain"
)

func main() { cli.Main("pretrain", pretrain.Run) }
