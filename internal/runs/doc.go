// Package runs has what commands do with finished runs and nothing else needs:
// print their tables, put shards together, compare methods, make figures again,
// export what was learned. Tables go to a writer, notes and lists of what is
// missing to another.
package runs
