package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// gathering is the name of the program that has all commands.
const gathering = "frontdoor"

// gathers says that this program is that one.
var gathers bool

// Call returns what the user types to call a command, such as "frontdoor train",
// "./train" or "go run ./cmd/train": in the way that this program was called.
func Call(command string) string { return callOf(command, typed()) }

// typed is how the user called this program: the path of an installed one, "" for
// one that the go command has built for this run only.
func typed() string {
	if strings.Contains(os.Args[0], "go-build") { // of go run, and of go test
		return ""
	}
	return os.Args[0]
}

// callOf is Call where the program was called as typed.
func callOf(command, typed string) string {
	own := typed != "" && strings.TrimSuffix(filepath.Base(typed), ".exe") == command
	switch {
	case gathers && typed != "" && command == gathering, own && !gathers:
		return Quote(typed)
	case gathers && typed != "":
		return Quote(typed) + " " + command
	case gathers && command != gathering:
		return "go run ./cmd/" + gathering + " " + command
	}
	return "go run ./cmd/" + command
}

// called is a command as documentation and messages call it.
var called = regexp.MustCompile(`go run \./cmd/([a-z]+)`)

// spelled replaces the calls of commands in a text by what the user would type.
func spelled(text, typed string) string {
	return called.ReplaceAllStringFunc(text, func(call string) string {
		return callOf(called.FindStringSubmatch(call)[1], typed)
	})
}

// plain are the characters that no shell gives a meaning.
var plain = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// Quote returns an argument as a POSIX shell takes it: as it is, or between
// single quotes.
func Quote(arg string) string {
	if plain.MatchString(arg) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
