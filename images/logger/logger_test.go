package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// It writes as many lines as asked for, numbered without a gap, into a folder that it makes, and appends on a restart.
func TestWritesNumberedLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "run.log")
	for range 2 {
		if err := run([]string{"--file", path, "--rate", "1000", "--lines", "3", "--name", "argon"}); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 6 || !strings.HasSuffix(lines[0], " argon line=1") || !strings.HasSuffix(lines[5], " argon line=3") {
		t.Fatal(lines)
	}
}

// A folder that cannot be written is an error, not silence.
func TestUnwritable(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run([]string{"--file", filepath.Join(blocked, "run.log"), "--lines", "1"}); err == nil {
		t.Fatal("no error")
	}
}
