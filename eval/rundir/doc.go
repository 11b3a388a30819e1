// Package rundir is the folder of a run: what it is asked for, what it has
// found, and how both are kept.
//
// A run is a list of cells ([Config.Cells]), one for each dataset, number of
// shots, seed and method. A cell is trained and tested on its own and its result
// does not depend on the others, so cells can be computed in any order, in
// shards on several machines, and put together again ([Merge]).
//
//	config.json             Config: everything needed to repeat the run
//	metrics.csv             EpochRow: a row for each epoch of each cell
//	results.json            Results, Row: a row for each cell, or several
//	timing.json             Clock: what was measured by the clock, and Forecast
//	checkpoint.safetensors  learned tensors, named by cell
//	cells/                  CellFile: what is finished, and the state of trainings
//
// Files are written whole or not at all, and one process at a time holds the
// folder. Accuracies are percent. Folders of version 0.1.0 are read.
package rundir
