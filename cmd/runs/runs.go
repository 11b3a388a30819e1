// Command runs puts the shards of runs together, compares methods, and makes tables
// and figures again.
package main

import (
	"frontdoor/internal/cli"
	"frontdoor/internal/command/runs"
)

func main() { cli.Main("runs", runs.Run) }
