// Package weights reads and writes files of named tensors.
//
// A model is a set of arrays with names, such as
// "visual.transformer.resblocks.0.attn.in_proj_weight" [2304, 768]; the towers
// look theirs up by name. Two families of files hold such sets.
//
// Safetensors is eight bytes that hold the length of a header, the header in
// JSON, which gives each tensor's type, shape and place, and then the numbers
// themselves, little-endian, row-major, without gaps. There is nothing in it
// to execute. A large model may come as several such files with an index.
//
// PyTorch's files (.pt, .pth, .bin) are zip archives with a pickle, which is a
// program that builds objects, and the numbers. Python executes that program;
// here it is only looked at. State dictionaries are read, checkpoints that
// hold one among other things, TorchScript archives such as OpenAI's, and the
// format before PyTorch 1.6. See pickle_values.go.
//
// Open maps a file into memory, so that opening costs nothing and float32
// tensors are used where they lie; Parse reads the same from bytes, for a
// checkpoint that is embedded in the program. Tensor.Float32 gives the numbers
// as float32 whatever they are stored as: CLIP's published weights are mostly
// float16. Write is deterministic, so equal weights make equal files.
//
// Files come from outside, and a reader must not trust them. A header that
// does not describe the file exactly is an error, and nothing is allocated on
// the word of a file alone: all that is ever copied is at most as large as the
// file.
package weights
