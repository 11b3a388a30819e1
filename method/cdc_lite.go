package method

import "frontdoor/cdc"

// cdcLite is CDC that classifies in two passes of the image tower instead of
// one for each template.
var cdcLite = light("lite", GroupAll, 8, "one set of vision tokens for all templates, two test-time views: two image passes",
	func(o *cdc.Options) { o.Lite = cdc.Shared })

// cdcShared and cdcStudent are other ways to make CDC light, to compare.
var (
	cdcShared = light("shared", "", 0, "the same with one test-time view: one image pass",
		func(o *cdc.Options) { o.Lite, o.TestViews = cdc.Shared, false })
	cdcStudent = light("student", "", 0, "a student of the fused opinion: one image pass",
		func(o *cdc.Options) { o.Lite = cdc.Student })
)

// light is a variant that is no ablation.
func light(suffix, group string, style int, what string, change func(*cdc.Options)) *Method {
	v := variant(suffix, what, change)
	v.Group, v.Style = group, style
	return v
}
