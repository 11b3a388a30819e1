// Command serve answers HTTP requests with what a run has learned.
package main

import (
	"frontdoor/internal/cli"
	"frontdoor/internal/command/serve"
)

func main() { cli.Main("serve", serve.Run) }
