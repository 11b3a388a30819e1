// Package eval runs experiments: it trains the cells of a run one after the
// other, tests each by its protocol, and fills the run folder as it goes. Ctrl-C
// leaves a folder that a later call continues to the same bits.
//
// The parts have packages of their own:
//
//	metric    accuracy, calibration, doubt, paired tests
//	rundir    what a run is asked for and has found, as files
//	train     the training loop and what it reads
//	score     a learner's answers on test images
//	protocol  what is trained on, and what is tested
//	plan      what a run will take, and how it saves memory
//	study     causes and templates, with -study
//	confusion what is confused with what, and the images to look at
//	report    tables, figures and the page of the results
//
// [Run] is a run, [LoadRun] opens a finished one for prediction, and [Train] is
// the short way from a dataset to a trained learner.
package eval
