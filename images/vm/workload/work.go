package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// integers counts the primes below two million with a sieve, again and again: integer work with memory accesses.
func integers(work int) int {
	const limit = 2_000_000
	composite := make([]bool, limit)
	count := 0
	for range work * 8 {
		clear(composite)
		count = 0
		for i := 2; i < limit; i++ {
			if composite[i] {
				continue
			}
			count++
			for multiple := i * i; multiple < limit; multiple += i {
				composite[multiple] = true
			}
		}
	}
	return count
}

// floats moves particles on a ring of springs (velocity Verlet, a toy of molecular dynamics) for a fixed number of steps;
// the checksum is over the bits of all positions, so that one differing bit shows. float64(...) around each product
// forbids the compiler to fuse it with the sum, which would round differently on other processors.
func floats(work int) string {
	const particles, step = 256, 0.01
	var place, speed, force [particles]float64
	for i := range place {
		place[i] = math.Ldexp(float64(i*i%17), -4)
	}
	for range work * 60_000 {
		for i := range force {
			left, right := place[(i+particles-1)%particles], place[(i+1)%particles]
			stretch := left + right - float64(2*place[i])
			force[i] = stretch - float64(float64(0.1*place[i])*float64(place[i]*place[i]))
		}
		for i := range place {
			speed[i] += float64(step * force[i])
			place[i] += float64(step * speed[i])
		}
	}
	hash := sha256.New()
	for _, x := range place {
		_ = binary.Write(hash, binary.LittleEndian, math.Float64bits(x))
	}
	return hex.EncodeToString(hash.Sum(nil))[:32]
}

// write appends blocks to a file and asks for each to be on the disk; the file is removed afterwards.
func write(folder string, blocks int) string {
	path := filepath.Join(folder, fmt.Sprintf("lab-writes-%d", os.Getpid()))
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	must(err)
	defer os.Remove(path)
	defer file.Close()
	block := make([]byte, 64<<10)
	for i := range block {
		block[i] = byte(i * 7)
	}
	for range blocks {
		_, err = file.Write(block)
		must(err)
		must(file.Sync())
	}
	return fmt.Sprintf("%d x 64 KiB", blocks)
}

// touch writes a byte into every page, so that the kernel really has to give it.
func touch(mib int) []byte {
	memory := make([]byte, mib<<20)
	for i := 0; i < len(memory); i += 4096 {
		memory[i] = 1
	}
	return memory
}
