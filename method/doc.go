// Package method is the registry of methods: all that a training, a test, a
// table or a figure needs to know about a method, with one file for each.
//
// [All] lists them in the order in which tables show them. A method is what
// -method names: a learner (packages prompt, adapter and cdc) with the settings that it
// was published with for ViT-B/16 ([B, 3, 224, 224] images), those for the tiny
// model, and what its original does: the numbers it draws before training, the
// names in its checkpoints, the results that were printed. Nothing outside this
// package knows a method by its name.
//
// Settings come from a recipe: the published ones or the small ones, changed by
// the experiment (Zhou et al. 2022, section 4.2, trains otherwise for transfer
// than for base-to-new), then by what the user asks for.
//
// docs/adding-a-method.md shows how to add one.
package method
