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
// take turns, so that each is computed once.
//
// The files of a folder are looked up by their size and time; where these are
// not what they were, the content's digest is taken anew. Damaged lists are made
// anew, too.
//
// The cache is bounded: what was used least recently goes first. A folder that
// others may write to, or that belongs to somebody else, is refused, because its
// features would be believed.
package featurecache
