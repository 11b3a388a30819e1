// Command check looks at image data before anything is trained on it.
package main

import (
	"frontdoor/internal/cli"
	"frontdoor/internal/command/check"
)

func main() { cli.Main("check", check.Run) }
