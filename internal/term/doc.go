// Package term writes what the commands show: a progress bar, which becomes
// lines where there is no terminal, tables as text or Markdown, and sizes and
// durations in readable units.
//
// Only the bar, on a terminal, has control characters; what goes to a file or a
// pipe has none.
package term
