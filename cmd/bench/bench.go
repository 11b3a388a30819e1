// Command bench measures the kernels, towers and training steps on this machine, beside
// whatever peers it finds.
package main

import (
	"frontdoor/internal/cli"
	"frontdoor/internal/command/bench"
)

func main() { cli.Main("bench", bench.Run) }
