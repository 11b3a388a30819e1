// Command fetch downloads published models, vocabularies and data sets.
package main

import (
	"frontdoor/internal/cli"
	"frontdoor/internal/command/fetch"
)

func main() { cli.Main("fetch", fetch.Run) }
