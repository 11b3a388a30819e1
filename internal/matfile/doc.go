// Package matfile reads MATLAB's level 5 files (versions 5 to 7.2), in which
// some data sets of the benchmark keep their labels: numbers, text, cells and
// structures, compressed or not, in either byte order.
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
// Nothing in a file can make the package panic or allocate more than a small
// multiple of what the file holds unpacked, which is bounded too.
package matfile
