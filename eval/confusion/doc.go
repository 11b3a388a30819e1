// Package confusion finds what a classifier confuses: it counts which classes are
// taken for which ([Matrix]), and picks the images that are worth a look, the most
// confident wrong answers and the most unsure right ones ([Tally]).
package confusion
