// Package shellword judges commands that a person may paste into a shell.
package shellword

import (
	"regexp"
	"strings"
)

// plain are the characters besides letters and digits that mean nothing to a
// shell.
const plain = "_-./,:=@%+"

func isPlain(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(plain, c) >= 0
}

// call is how the program that trains is called, by a path or by the go command.
var call = regexp.MustCompile(`^(?:go run \./cmd/(?:frontdoor )?train|(?:\S*/)?frontdoor[\w.-]* train|'(?:[^']*[/\\])?frontdoor[\w.-]*' train|(?:\S*/)?train(?:\.exe)?|'(?:[^']*[/\\])?train(?:\.exe)?')(?: |$)`)

// Trains says whether a command is harmless and calls the program that trains: of
// one that came from a file, such as "rm -rf .", that is no more to be shown.
func Trains(command string) bool { return call.MatchString(command) && harmless(command) }

// harmless says whether a shell takes a command as words alone, so that nothing
// of it is run but its first word: it is plain, or in single quotes, and holds
// no control characters.
func harmless(command string) bool {
	quoted := false
	for i := range len(command) {
		switch c := command[i]; {
		case c < ' ' || c == 0x7f:
			return false
		case c == '\'':
			quoted = !quoted
		case quoted || c == ' ' || isPlain(c):
		case c == '\\' && i+1 < len(command) && command[i+1] == '\'':
			quoted = !quoted // an escaped quote opens nothing
		default:
			return false
		}
	}
	return !quoted
}
