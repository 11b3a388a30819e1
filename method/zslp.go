package method

// zsLP is the baseline of CLAP's paper: the same prototypes without a penalty.
var zsLP = &Method{
	Name: "zslp", Aliases: []string{"zs-lp"}, Title: "ZS-LP", Group: GroupAll,
	Published: clap.Published,
	Small:     clap.Small,
	Trains:    Views,
	New:       newCLAP("zslp", false),
}
