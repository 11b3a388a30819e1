// Package world renders the synthetic world: small pictures of one textured,
// coloured shape in front of a background, rendered from known factors.
//
// Four factors have names a caption can mention: shape (16), texture (10),
// colour (10) and background (8). The others are nuisance: position, scale,
// rotation, brightness, contrast, pixel noise, texture frequency and phase,
// colour jitter. A picture is a deterministic function of its [Factors], pixel
// noise included, so the causal query do(background = snow) is rendering again
// with one field changed ([Factors.Do]): nothing else in the picture
// moves. This is what makes the world useful for causality-guided adaptation
// (CDC, arXiv 2410.12816): what a method claims about confounders can be
// checked against the truth.
//
// Two distributions are built on it:
//
//   - [SamplePretrain] with [Caption] makes image and text pairs for contrastive
//     pre-training; there a shape mildly prefers one background and one colour.
//   - a [Task] names classes by some factors ("striped star") and, for each
//     class, prefers one value of every factor that is irrelevant to the class.
//     [Task.Sample] takes the preferred value with probability rho: rho = 0.9
//     makes a confounded training set, rho = 0 an unconfounded test set.
//
// Pictures are 8-bit RGB, interleaved row-major [size, size, 3], size 48 by
// default. Everything scales with the size, so larger towers can be fed too.
package world
