// Command md simulates a small Lennard-Jones fluid and prints its energies and a checksum of its final state.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "md:", err)
		os.Exit(1)
	}
}

// result is what --out writes.
type result struct {
	Seed      uint64  `json:"seed"`
	Steps     int     `json:"steps"`
	Particles int     `json:"particles"`
	Energy    float64 `json:"energy"`
	SHA256    string  `json:"sha256"`
}

func run(args []string, environment func(string) string, out io.Writer) error {
	flags := flag.NewFlagSet("md", flag.ContinueOnError)
	seed := flags.String("seed", "", "seed of the first velocities; else SEED of the parameters or the environment; else 1")
	steps := flags.String("steps", "", "time steps; else STEPS of the parameters or the environment; else 1000")
	side := flags.Int("side", 4, "particles along one edge of the cube")
	folder := flags.String("parameters", "", "folder with files SEED and STEPS (a mounted ConfigMap)")
	file := flags.String("out", "", "JSON file for the result")
	if err := flags.Parse(args); err != nil {
		return err
	}
	r := result{Particles: *side * *side * *side}
	var err error
	if r.Seed, err = strconv.ParseUint(parameter(*seed, *folder, "SEED", environment, "1"), 10, 64); err != nil {
		return fmt.Errorf("the seed must be a whole number, 0 or more: %w", err)
	}
	if r.Steps, err = strconv.Atoi(parameter(*steps, *folder, "STEPS", environment, "1000")); err != nil || r.Steps < 1 {
		return fmt.Errorf("the steps must be a whole number above 0 (%w)", err)
	}
	if *side < 3 || *side > 20 || flags.NArg() > 0 {
		return fmt.Errorf("--side must be from 3 to 20, and nothing else may follow")
	}
	if err := simulate(&r, *side, out); err != nil || *file == "" {
		return err
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(*file, append(text, '\n'), 0o644)
}

// parameter is the first that is given: argument, file of the folder, environment, standard.
func parameter(argument, folder, name string, environment func(string) string, standard string) string {
	if argument != "" {
		return argument
	}
	if text, err := os.ReadFile(filepath.Join(folder, name)); folder != "" && err == nil {
		return strings.TrimSpace(string(text))
	}
	if value := environment(name); value != "" {
		return value
	}
	return standard
}

// simulate runs the steps, prints the energies ten times, and fills in the result.
func simulate(r *result, side int, out io.Writer) error {
	s := newSystem(side, r.Seed)
	fmt.Fprintf(out, "md seed=%d steps=%d particles=%d\n", r.Seed, r.Steps, r.Particles)
	every := max(1, r.Steps/10)
	for step := 0; ; step++ {
		if step%every == 0 || step == r.Steps {
			kinetic := s.kinetic()
			fmt.Fprintf(out, "step=%d kinetic=%.6f potential=%.6f total=%.6f\n", step, kinetic, s.potential, kinetic+s.potential)
		}
		if step == r.Steps {
			break
		}
		s.step()
	}
	r.Energy, r.SHA256 = s.kinetic()+s.potential, s.checksum()
	_, err := fmt.Fprintf(out, "sha256=%s\n", r.SHA256)
	return err
}
