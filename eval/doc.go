// Package eval trains and evaluates learners under a protocol and keeps what
// comes of it: the training loop, evaluation, metrics and run folders. Tables
// and figures of the results are made by package report.
//
// A run is a list of cells, one for each method and seed. A cell is trained
// and evaluated on its own and its result does not depend on the others, so an
// interrupted run continues with the first cell that is not done, from the
// state that its training last wrote.
//
// Protocols:
//
//	base2new  train on the first half of the classes; test on them, and on the
//	          new ones among the new ones (CoOp, Zhou et al. 2022)
//	all       train and test on all classes
//
// Before a run, [NewPlan] says by formula and a short measurement what each cell
// will take, and [Economize] chooses how cells save memory where they would not
// fit. What was expected stays beside what was measured, in timing.json.
package eval
