// Package mt19937 is the Mersenne Twister of Matsumoto and Nishimura (1998)
// behind two front ends: Python's random.Random and PyTorch's CPU generator.
//
// The few-shot samples and augmentations of the published experiments came
// from these generators. Drawing the same numbers gives the same training
// images for the same seed, so that results can be compared image by image.
package mt19937
