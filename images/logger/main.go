// Command logger writes numbered lines at a rate, to a file or to standard output.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "logger:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("logger", flag.ContinueOnError)
	file := flags.String("file", "", "file to append to; empty: standard output")
	rate := flags.Float64("rate", 1, "lines a second")
	lines := flags.Int("lines", 0, "end after so many lines; 0: never")
	name := flags.String("name", "app", "who writes, a word in each line")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *rate <= 0 || flags.NArg() > 0 {
		return fmt.Errorf("--rate must be above 0, and there are no other arguments (found %q)", flags.Args())
	}
	out, err := open(*file)
	if err != nil {
		return err
	}
	defer out.Close()
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	return write(stop, out, *name, time.Duration(float64(time.Second) / *rate), *lines)
}

func open(path string) (io.WriteCloser, error) {
	if path == "" {
		return os.Stdout, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
}

// write writes `lines` lines (0: without end), one every `step`, each in one call so that no reader sees half of it.
func write(stop context.Context, out io.Writer, name string, step time.Duration, lines int) error {
	tick := time.NewTicker(step)
	defer tick.Stop()
	for number := 1; lines == 0 || number <= lines; number++ {
		now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
		if _, err := fmt.Fprintf(out, "%s %s line=%d\n", now, name, number); err != nil {
			return err
		}
		if number == lines {
			break
		}
		select {
		case <-tick.C:
		case <-stop.Done():
			return nil
		}
	}
	return nil
}
