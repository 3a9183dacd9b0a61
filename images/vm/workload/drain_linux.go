package main

import (
	"os"
	"syscall"
)

// drain waits until a terminal has sent what was written to it (tcdrain); pipes refuse, and need no waiting.
func drain(file *os.File) {
	const tcsbrk = 0x5409
	_, _, _ = syscall.Syscall(syscall.SYS_IOCTL, file.Fd(), tcsbrk, 1)
}
