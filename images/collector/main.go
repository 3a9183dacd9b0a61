// Command collector follows the files of a folder and prints each line with its file's name and number.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sort"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "collector:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("collector", flag.ContinueOnError)
	folder := flags.String("dir", "/logs", "folder to follow; it may appear later")
	pattern := flags.String("pattern", "*.log", "names of the files in it")
	lines := flags.Int("lines", 0, "end after so many lines; 0: when told to (SIGTERM)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if _, err := filepath.Match(*pattern, ""); err != nil || flags.NArg() > 0 {
		return fmt.Errorf("--pattern %q or arguments %q make no sense", *pattern, flags.Args())
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	c := collector{glob: filepath.Join(*folder, *pattern), out: out, files: map[string]*followed{}, limit: *lines}
	return c.follow(stop)
}

// followed is a file: how far it has been read, a line that is not whole yet, and the number of lines so far.
type followed struct {
	offset int64
	rest   []byte
	lines  int
}

type collector struct {
	glob  string
	out   io.Writer
	files map[string]*followed
	total int
	limit int
}

// follow reads what is new five times a second, and once more when told to stop: a writer's last line is not lost.
func (c *collector) follow(stop context.Context) error {
	fmt.Fprintf(c.out, "collector: following %s\n", c.glob)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		if err := c.sweep(); err != nil {
			return err
		}
		if c.limit > 0 && c.total >= c.limit {
			break
		}
		select {
		case <-tick.C:
			continue
		case <-stop.Done():
		}
		if err := c.sweep(); err != nil {
			return err
		}
		break
	}
	_, err := fmt.Fprintf(c.out, "collector: %d lines from %d files\n", c.total, len(c.files))
	return err
}

// sweep prints the new whole lines of all files, in the order of their names.
func (c *collector) sweep() error {
	paths, _ := filepath.Glob(c.glob) // the pattern was checked
	sort.Strings(paths)
	for _, path := range paths {
		file := c.files[path]
		if file == nil {
			file = &followed{}
			c.files[path] = file
		}
		if err := c.read(path, file); err != nil {
			return err
		}
	}
	return nil
}

func (c *collector) read(path string, file *followed) error {
	opened, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil // gone between the listing and now
	}
	if err != nil {
		return err
	}
	defer opened.Close()
	if now, err := opened.Stat(); err == nil && now.Size() < file.offset {
		file.offset, file.rest = 0, nil // cut or written anew
	}
	if _, err := opened.Seek(file.offset, io.SeekStart); err != nil {
		return err
	}
	fresh, err := io.ReadAll(opened)
	if err != nil {
		return err
	}
	file.offset += int64(len(fresh))
	file.rest = append(file.rest, fresh...)
	for {
		line, rest, whole := bytes.Cut(file.rest, []byte("\n"))
		if !whole {
			return nil
		}
		file.rest = rest
		file.lines++
		c.total++
		if _, err := fmt.Fprintf(c.out, "%s:%d: %s\n", filepath.Base(path), file.lines, line); err != nil {
			return err
		}
	}
}
