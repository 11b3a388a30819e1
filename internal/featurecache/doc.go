// Package featurecache keeps image features of a frozen tower on disk, so that
// a second run, another method, another seed or another command decodes no image
// that an earlier one has seen.
//
//	DIR/features/MODEL/VIEW/*.features   the features of one model and view
//	DIR/files/ROOT.json                  which content the files of a folder have
//
// A feature's key is the SHA-256 of the image file's content. A [Space] says of
// which model, and of which view of the image, including how it is preprocessed.
// Files of features are written whole, once, under a name of their own, and never
// changed: a process that is killed leaves nothing half-written, and any number
// of processes may read. Records and tables carry checksums: what is damaged is
// computed again. Processes that need the features of one space at the same time
// take turns, so that each is computed once; a process that holds others up for
// too long is waited for no longer.
//
// The files of a folder are looked up by their size and time; where these are
// not what they were, the content's digest is taken anew. Damaged lists are made
// anew, too.
//
// Why no database. bbolt would be the library for such an index. It lets one
// process at a time have the file open for writing and makes readers wait for it,
// and its pages are trusted once they are read; here any number of commands work
// on one folder, and what is read is checked. The layout needs neither a journal
// nor repair: a file is there whole, by a rename, or not at all, and a kill leaves
// at most a beginning, which nobody reads and a later writer removes. A new file
// takes in those that are no larger, so that n features lie in about log n files.
//
// The cache is bounded: what was used least recently goes first. A folder that
// others may write to, or that belongs to somebody else, is refused, because its
// features would be believed.
package featurecache
