//go:build !linux

package cuda_test

// thread tells threads apart where that is possible.
var thread func() int
