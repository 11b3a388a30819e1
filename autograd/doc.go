// Package autograd is reverse-mode automatic differentiation over float32
// tensors, in the plainest form that is still fast.
//
// An operation is a method of [Tape]. It computes its result at once and, if
// some input needs a gradient, appends a record saying how to go back:
//
//	tp := autograd.NewTape()
//	h := tp.Linear(x, w1, b1, autograd.QuickGELU) // [R, 4D]
//	y := tp.Linear(h, w2, b2, autograd.None)      // [R, D]
//	loss := tp.CrossEntropy(y, labels)            // [1]
//	tp.Backward(loss)                             // fills Grad of every leaf that needs one
//	tp.Reset()                                    // all memory of the step returns to the arena
//
// Backward walks the records in reverse, once. A nil *Tape is valid and means
// inference: the same operations run and nothing is recorded.
//
// The operations are coarse (a linear layer, an attention, a whole loss), and
// each file holds one idea with the forward and the backward side by side.
// Frozen tensors cost nothing: a backward checks each operand and skips
// those that need no gradient, so the frozen towers of CLIP never get a
// weight gradient.
//
// # Packed rows
//
// Batches of sequences are stored as one matrix [R, D] whose rows are the
// tokens of all sequences, one after another without padding. A [Layout] says
// which rows form a sequence and which rows it shares with others; only
// [Tape.Attention] needs to know.
//
// # Devices
//
// The operations that towers use run on a [Device], the others on the host. [CPU]
// is the host itself. [Tape.To] and [Tape.Host] cross the border and are recorded
// like any other operation: forward uploads, backward downloads and adds. A tensor
// on a device has no Data, so that code of the host which reads it by mistake
// panics. [Meter] is a device that only counts; [Tape.Op] adds operations of the
// host.
//
// # Memory
//
// Results, saved values and gradients come from an arena that the tape owns.
// Reset makes all of it free for the next step, so that a training loop stops
// allocating floats after its first step and gets the same addresses in each.
// [Tape.Last] gives memory back earlier, where no backward reads it. With
// [Tape.Poison] freed buffers are filled with NaN, which makes any use after Reset
// visible in tests.
//
// # Letters
//
// B images, N classes, M templates, T tokens, D width, H heads, R packed rows,
// K classes in evidence formulas.
package autograd
