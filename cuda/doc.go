// Package cuda runs the towers of a model on an NVIDIA GPU, from a program
// without cgo.
//
// It needs nothing but the driver (libcuda.so.1), which it calls by package
// purego if it was built with the tag cuda; without the tag, [System] says how to
// build it, and the program stays static. A [Device] is what package autograd
// calls a device: it gets the rows of a tower, computes forward and backward in
// memory of its own, and gives features back; losses and optimisers stay on the
// host.
//
// # Kernels
//
// They are written in PTX, which the driver compiles for the GPU that it finds:
// templates *.ptx.tmpl, of which go generate makes the files in ptx. Only the
// products on tensor cores need compute capability 8.0; GPUs from 7.0 on use
// fp32 throughout. Without a GPU the same kernels run in tests, on a driver that
// package internal/cudatest imitates.
//
// # Arithmetic
//
// A factor of a product is kept as two halves of fp16 that add up to 22 bits and
// more of it, scaled row by row with a power of two; weights that fp16 holds
// exactly, such as those of published CLIP models, as one. Tensor cores multiply
// halves exactly, but cut their sums instead of rounding them, so that no more
// than 32 steps are added by them before the sum goes to an accumulator in fp32.
// The error of a product against float64 is then no larger than that of a chain
// of fp32 multiply-adds, unless very few terms of a sum matter or neighbours
// cancel: binary32 has one bit more. There is no TF32.
//
// A row's results do not depend on the other rows, and nothing is added in an
// order of chance: the same seed gives the same bits on the same kind of device.
//
// # Launches
//
// Operations only queue kernels. When a result is wanted, the queue goes to the
// driver, and as one graph if the same kernels with the same addresses have come
// before, as those of a training step do.
package cuda
