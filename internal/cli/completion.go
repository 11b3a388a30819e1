package cli

import (
	"context"
	"embed"
	"fmt"
	"io"
	"strings"
)

//go:embed completion
var scripts embed.FS

// shells have a file of their name in the folder completion.
var shells = []string{"bash", "zsh", "fish"}

// completion prints the script that makes a shell complete this program. The
// scripts ask the program itself: "completion words" prints what may stand after
// the words of a line, each with a tab and a few words about it.
func (p *Program) completion(ctx context.Context, args []string, w io.Writer) error {
	if len(args) > 0 && args[0] == "words" {
		return p.words(ctx, args[1:], w)
	}
	if len(args) > 0 && asksHelp(args[0]) {
		_, err := fmt.Fprintf(w, "Usage: %s completion SHELL\n\nPrints what makes a SHELL complete words: %s. The first lines of it say where it goes.\n",
			callOf(gathering, base(typed())), strings.Join(shells, ", "))
		return err
	}
	if len(args) != 1 {
		return Usagef("completion: name your shell, one of %s", strings.Join(shells, ", "))
	}
	script, err := scripts.ReadFile("completion/" + args[0])
	if err != nil {
		return Usagef("completion: there is none for %q; the shells are %s", args[0], strings.Join(shells, ", "))
	}
	name := gathering
	if typed() != "" {
		name = strings.TrimSuffix(base(typed()), ".exe")
	}
	_, err = io.WriteString(w, strings.ReplaceAll(string(script), gathering, name))
	return err
}

// words prints what may stand after the words: commands at first, then the flags
// of the command.
func (p *Program) words(ctx context.Context, before []string, w io.Writer) error {
	switch {
	case len(before) == 0:
		for _, c := range p.Commands {
			fmt.Fprintf(w, "%s\t%s\n", c.Name, c.About)
		}
		fmt.Fprint(w, "help\texplain a command\ncompletion\tprint the script of a shell\n")
		return nil
	case before[0] == "help":
		return p.words(ctx, nil, w)
	case before[0] == "completion":
		_, err := fmt.Fprintln(w, strings.Join(shells, "\n"))
		return err
	}
	c := p.find(before[0])
	if c == nil {
		return nil
	}
	return c.Run(ctx, []string{"-help", namesOnly})
}
