// Package protocol says what a run trains on and what it tests.
//
//	base2new  train on the first half of the classes; test on them, and on the
//	          new ones among the new ones (CoOp, Zhou et al. 2022)
//	fewshot   train and test on all classes, with 1 to 16 images of each
//	xd        train on a dataset, test on other datasets
//	dg        train on a dataset, test on shifted variants of it
//	all       train and test on all classes
//
// [Data.Tests] has each protocol as a list of questions, which the run asks and
// the plan counts. [Check] refuses configurations that cannot be run.
package protocol
