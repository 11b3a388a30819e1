// Command cache lists, verifies and clears the features that other commands keep.
package main

import (
	"frontdoor/internal/cli"
	"frontdoor/internal/command/cache"
)

func main() { cli.Main("cache", cache.Run) }
