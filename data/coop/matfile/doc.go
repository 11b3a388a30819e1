// Package matfile reads the label files of StanfordCars and OxfordFlowers,
// which are in MATLAB's level 5 format (versions 5 to 7.2, little-endian), as
// far as they use it: numbers, text, cells of text, and a list of structures
// with numbers and texts; compressed or not.
//
// A file is a header of 128 bytes and a sequence of elements. An element is a
// tag (data type and length), its bytes, and padding to a multiple of eight; up
// to four bytes may stand in the tag itself. An element is compressed as a
// whole by zlib, and holds an array, whose parts are elements again:
//
//	flags (class), dimensions, name, and then
//	numbers and text: one element of values, column by column
//	cells:            one array a cell
//	structures:       the length of a field name, the names, and
//	                  element by element one array a field
//
// Nothing in a file can make the package panic or allocate more than 16 MiB and
// 64 times the file's length.
package matfile
