// Package codec decodes HEVC and AV1 pictures to planes of samples, with
// libde265 1.0.11 and dav1d 1.0.0 as WebAssembly (hevc.wasm.gz, av1.wasm.gz,
// built from Debian's sources by tools/wasm/build.sh), run by wazero: no cgo, no
// system library, and nothing in a file can reach outside the decoder's memory,
// whose size is limited.
//
// A decoder is compiled at the first picture that needs it; a program that meets
// none pays nothing. Each picture gets an instance, and so a memory, of its own:
// any number of goroutines may decode at once.
//
// libde265 is licensed under the LGPL 3 and dav1d under the BSD 2-clause
// licence; LICENSE-libde265 and LICENSE-dav1d are theirs. Both modules are
// separate files that can be replaced by builds of changed sources.
package codec
