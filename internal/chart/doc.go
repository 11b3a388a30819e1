// Package chart draws the project's figures: grouped bars, curves, differences
// and reliability diagrams, alone or side by side. It knows numbers and names
// only, not where they come from.
//
// Every figure can be read in black and white: series differ in hatching,
// dashes and marks as well as in lightness. Nothing is drawn over the data:
// legends stand beside the plot.
package chart
