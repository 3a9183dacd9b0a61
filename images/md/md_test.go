package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func nothing(string) string { return "" }

func printed(t *testing.T, environment func(string) string, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(args, environment, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// The final state is the same on every run and every machine: this checksum was written down once.
func TestOneChecksum(t *testing.T) {
	const known = "b86756faa4bdc59fc9ae4ff75314f16a38809d0b5f2bc236a89679c2b8641949"
	first := printed(t, nothing, "--seed", "42", "--steps", "200")
	if !strings.Contains(first, "sha256="+known+"\n") {
		t.Fatal(first)
	}
	if again := printed(t, nothing, "--seed", "42", "--steps", "200"); again != first {
		t.Fatal(again)
	}
	for _, other := range [][]string{{"--seed", "43", "--steps", "200"}, {"--seed", "42", "--steps", "201"}} {
		if strings.Contains(printed(t, nothing, other...), known) {
			t.Fatal("another seed or length must give another state:", other)
		}
	}
}

// It is physics: the total energy and the total momentum stay what they were.
func TestConservation(t *testing.T) {
	s := newSystem(4, 7)
	before := s.kinetic() + s.potential
	for range 1000 {
		s.step()
	}
	if drift := math.Abs(s.kinetic() + s.potential - before); drift > 0.005*math.Abs(before) {
		t.Fatalf("energy drifted by %g of %g", drift, before)
	}
	var momentum vector
	for _, v := range s.velocity {
		for k := range 3 {
			momentum[k] += v[k]
		}
	}
	for k := range 3 {
		if math.Abs(momentum[k]) > 1e-9 {
			t.Fatal(momentum)
		}
	}
}

// Seed and steps come from arguments, from a mounted ConfigMap or from the environment, in this order.
func TestParameters(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "SEED"), []byte("5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	environment := func(name string) string { return map[string]string{"SEED": "6", "STEPS": "3"}[name] }
	for wanted, args := range map[string][]string{
		"md seed=6 steps=3 ": {},
		"md seed=5 steps=3 ": {"--parameters", folder},
		"md seed=4 steps=3 ": {"--parameters", folder, "--seed", "4"},
	} {
		if got := printed(t, environment, args...); !strings.HasPrefix(got, wanted) {
			t.Fatal(got)
		}
	}
	for _, wrong := range []string{"--steps=-1", "--seed=x", "--side=1"} {
		if err := run([]string{wrong}, nothing, &bytes.Buffer{}); err == nil {
			t.Fatal(wrong, "was accepted")
		}
	}
}

// --out writes the same checksum as is printed.
func TestResultFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "result.json")
	text := printed(t, nothing, "--steps", "5", "--out", path)
	var r result
	content, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(content, &r)
	}
	if err != nil || r.Steps != 5 || !strings.Contains(text, r.SHA256) {
		t.Fatal(err, r, text)
	}
}
