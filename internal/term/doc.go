// Package term is how the commands speak to a person: a progress bar that
// turns into plain lines when nobody watches, tables as text or Markdown, and
// sizes and durations in readable units.
//
// What goes to a terminal may move the cursor; what goes to a file or a pipe
// never holds a control character, so that a log stays a text.
package term
