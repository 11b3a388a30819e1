package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Command is one of the commands of a program that gathers several.
type Command struct {
	Name, Group, About string
	// Run does what the arguments of the command say.
	Run func(ctx context.Context, args []string) error
}

// Program is the program that gathers commands, frontdoor.
type Program struct {
	About    string
	Commands []Command // those of a group beside each other
	Examples []string
}

// Main runs the command that the first argument names, and exits as the function
// Main does.
func (p *Program) Main() {
	gathers = true
	name := gathering
	if len(os.Args) > 1 && p.find(os.Args[1]) != nil {
		name = os.Args[1]
	}
	execute(name, func(ctx context.Context) error { return p.run(ctx, os.Args[1:], Stdout) })
}

// run runs the command that the first argument names.
func (p *Program) run(ctx context.Context, args []string, w io.Writer) error {
	if len(args) == 0 {
		args = []string{"help"}
	}
	name, args := args[0], args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		return p.help(ctx, args, w)
	case "completion":
		return p.completion(ctx, args, w)
	case "-version", "--version":
		name = "version"
	}
	if c := p.find(name); c != nil {
		return c.Run(ctx, args)
	}
	if strings.HasPrefix(name, "-") {
		return Usagef("%s stands before a command: say %[2]s COMMAND %[1]s ... (%[2]s help lists the commands)", name, gathering)
	}
	return p.unknown(name)
}

// unknown is the error of a command that there is not.
func (p *Program) unknown(name string) error {
	hint := ""
	if best := Nearest(name, p.names()); best != "" {
		hint = fmt.Sprintf("did you mean %s? ", best)
	}
	return Usagef("unknown command %q; %sthe commands are %s", name, hint, strings.Join(p.names(), ", "))
}

// find returns the command of that name, nil if there is none.
func (p *Program) find(name string) *Command {
	i := slices.IndexFunc(p.Commands, func(c Command) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &p.Commands[i]
}

// names are all words that may stand first.
func (p *Program) names() []string {
	var names []string
	for _, c := range p.Commands {
		names = append(names, c.Name)
	}
	return append(names, "help", "completion")
}

// help prints the commands in their groups, or the help of one command: "help
// train" is "train -help". With "all" the full help of every command follows.
func (p *Program) help(ctx context.Context, args []string, w io.Writer) error {
	switch {
	case len(args) == 0 || args[0] == "help" || asksHelp(args[0]):
		_, err := io.WriteString(w, p.screen())
		return err
	case args[0] == "completion":
		return p.completion(ctx, []string{"-help"}, w)
	case args[0] != "all":
		c := p.find(args[0])
		if c == nil {
			return p.unknown(args[0])
		}
		return c.Run(ctx, append([]string{"-help"}, args[1:]...))
	}
	io.WriteString(w, p.screen())
	for _, c := range p.Commands {
		fmt.Fprintf(w, "\n%s\n\n", strings.Repeat("-", screenColumns))
		if err := c.Run(ctx, []string{"-help", "all"}); err != nil && err != flag.ErrHelp {
			return err
		}
	}
	return nil
}

// asksHelp says whether an argument is the flag that asks for help.
func asksHelp(arg string) bool { return slices.Contains([]string{"-h", "-help", "--help"}, arg) }

// screen is the first screen of the help.
func (p *Program) screen() string {
	me := callOf(gathering, base(typed()))
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\nUsage: %s COMMAND [flags] ...\n", gathering, p.About, me)
	group := ""
	for _, c := range p.Commands {
		if c.Group != group {
			group = c.Group
			fmt.Fprintf(&b, "\n%s:\n", group)
		}
		fmt.Fprintf(&b, "  %-11s %s\n", c.Name, c.About)
	}
	b.WriteByte('\n')
	for _, example := range p.Examples {
		fmt.Fprintf(&b, "  %s %s\n", me, example)
	}
	fmt.Fprintf(&b, "\n%s COMMAND -help    explains a command\n%s -help all        explains everything\n", me, me)
	fmt.Fprintf(&b, "%s completion bash  (or zsh, fish) prints what makes a shell complete words\n", me)
	return b.String()
}
