package cuda_test

import "syscall"

// thread tells the threads of the operating system apart.
var thread = syscall.Gettid
