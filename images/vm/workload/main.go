// The program that is measured: the same static binary runs as a plain process, in a container and in a VM.
//
// It says "LAB <word> <value>" on standard output, a line at a time; whoever measures takes the time of each line by a
// clock of its own, so that no clock of a guest has to be trusted. Order of the lines: ready, facts, int, float, io,
// holding. It then holds its memory until it is ended, two minutes at the most.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

// held keeps the touched memory alive until the program ends.
var held []byte

func main() {
	delay := flag.Duration("delay", 0, "sleep before the first line (to test whoever measures)")
	mib := flag.Int("mib", 16, "MiB of memory to touch and hold")
	work := flag.Int("work", 1, "how much to calculate; 0 for nothing")
	writes := flag.Int("writes", 32, "blocks of 64 KiB to write, each followed by fsync; 0 for none")
	folder := flag.String("folder", os.TempDir(), "where to write")
	hold := flag.Duration("hold", 2*time.Minute, "how long to hold the memory")
	flag.Parse()
	debug.SetGCPercent(-1) // nothing of note is allocated; a collection would only disturb

	time.Sleep(*delay)
	say("ready", runtime.GOOS+"/"+runtime.GOARCH)
	facts, err := json.Marshal(gather(*folder))
	must(err)
	say("facts", string(facts))
	if *work > 0 {
		say("begin", "int")
		say("int", fmt.Sprintf("%d primes", integers(*work)))
		say("begin", "float")
		say("float", floats(*work))
	}
	if *writes > 0 {
		say("begin", "io")
		say("io", write(*folder, *writes))
	}
	held = touch(*mib)
	say("holding", fmt.Sprintf("%d MiB; %s", len(held)>>20, guestMemory()))
	time.Sleep(*hold)
	runtime.KeepAlive(held)
}

func say(word, value string) {
	fmt.Printf("LAB %s %s\n", word, value)
	drain(os.Stdout) // a serial line sends slowly: the next step begins when this line has left
}

func must(err error) {
	if err != nil {
		say("failed", err.Error())
		os.Exit(1)
	}
}
