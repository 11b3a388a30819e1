// Package promise turns held-out images into a promise: of the answers that are
// given, at most a share r is wrong, and this holds with probability 95% over the
// draw of the images.
//
// [Upper] is the bound of Clopper and Pearson (1934): k mistakes among n answers
// say that the risk is below the p at which k or fewer had a probability of 5%.
// [Choose] finds the threshold of confidence above which to answer. The same
// images choose it and bound its risk, and a bound for the best of many
// thresholds would hold too seldom; fixed-sequence testing (Angelopoulos et al.
// 2021, "Learn then Test") keeps it: pairs of a risk and a threshold are tested in
// an order that is fixed beforehand until one fails, and the last that passed is
// taken. A wrong promise then needs the first false hypothesis to pass, which has
// a probability of 5% however many there are.
//
// The order is fixed but for where it begins: at the threshold that accepts a
// certain number of images. That keeps the 5% as long as less confident answers
// are wrong more often: to know that fewer images than that number were above a
// stricter threshold only makes mistakes more likely, and a pass less so.
//
// [Familiar] finds the threshold of uncertainty beyond which an image counts as
// none of the classes. All is measured over n images; rates are in [0, 1].
package promise
