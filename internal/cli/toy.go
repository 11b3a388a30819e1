package cli

import (
	"fmt"
	"io"
)

// WarnToy says on w that a command uses the embedded model on photographs, and
// what to do instead.
func WarnToy(w io.Writer, command string) {
	fmt.Fprintf(w, "%s: warning: the embedded model has seen rendered shapes only: what it says of photographs is guessed. \"%s vit-b-16\" downloads a real one, for -model vit-b-16\n", command, Call("fetch"))
}
