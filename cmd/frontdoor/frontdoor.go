// Command frontdoor has all commands in one program.
package main

func main() { program.Main() }
