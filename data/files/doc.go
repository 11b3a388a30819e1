// Package files lists what folders of images hold: which names are folders
// and which are files, without what file managers and systems keep there.
package files
