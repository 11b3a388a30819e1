// Package weights reads and writes files of named tensors.
//
// A model is a set of arrays with names, such as
// "visual.transformer.resblocks.0.attn.in_proj_weight" [2304, 768]; the towers
// look theirs up by name. The format is safetensors: eight bytes that hold the
// length of a header, the header in JSON, which gives each tensor's type,
// shape and place, and then the numbers themselves, little-endian, row-major,
// without gaps. There is nothing in it to execute.
//
// Open maps a file into memory, so that opening costs nothing and float32
// tensors are used where they lie; Parse reads the same from bytes, for a
// checkpoint that is embedded in the program. Tensor.Float32 gives the numbers
// as float32 whatever they are stored as: CLIP's published weights are mostly
// float16. Write is deterministic, so equal weights make equal files.
//
// Files come from outside, and a reader must not trust them. A header that
// does not describe the file exactly is an error, and nothing is allocated on
// the word of a file alone.
package weights
