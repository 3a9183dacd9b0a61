package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every whole line of every file is printed once, with its file and number, and counted.
func TestPrintsAndCounts(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"a.log": "one\ntwo\n", "b.log": "three\nhalf", "c.txt": "no\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := run([]string{"--dir", folder, "--lines", "3"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{"a.log:1: one\na.log:2: two\nb.log:1: three\n", "collector: 3 lines from 2 files\n"} {
		if !strings.Contains(out.String(), wanted) {
			t.Fatalf("%q is not in %q", wanted, out.String())
		}
	}
	if strings.Contains(out.String(), "half") || strings.Contains(out.String(), "no\n") {
		t.Fatal(out.String())
	}
}

// What is added later is printed alone; a file that was cut is read from its beginning again.
func TestFollows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	var out bytes.Buffer
	c := collector{glob: path, out: &out, files: map[string]*followed{}}
	for _, text := range []string{"one\ntw", "one\ntwo\n", "new\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := c.sweep(); err != nil {
			t.Fatal(err)
		}
	}
	if out.String() != "a.log:1: one\na.log:2: two\na.log:3: new\n" {
		t.Fatalf("%q", out.String())
	}
}
