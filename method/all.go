package method

import "slices"

// All lists the methods in the order in which tables show them.
var All = slices.Concat([]*Method{
	zeroShot,
	zeroShot7,
	zeroShot80,
	coOp,
	coOpCSC,
	coCoOp,
	vptShallow,
	vpt,
	language,
	ivlp,
	maPLe,
	maPLeZeroShot,
	ensemble,
	ensembleZeroShot,
	gda,
	tip,
	tipF,
	lpp,
	lppPaper,
	clap,
	zsLP,
	taskRes,
	proLIP,
	cdcMethod,
	cdcLite,
}, cdcVariants)
