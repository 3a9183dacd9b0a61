// Command trainer fits a logistic regression to seeded synthetic data, alone or with other ranks (data-parallel).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	if err := run(stop, os.Args[1:], os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "trainer:", err)
		os.Exit(1)
	}
}

// options are the command line and what the launcher put into the environment. The names are those that torchrun gives to
// its workers; where they are missing, those by which Kubeflow Trainer tells torchrun of nodes: one worker on each.
type options struct {
	seed                      uint64
	epochs, samples, features int
	rate                      float64
	pace, wait                time.Duration
	out, checkpoint           string
	rank, world               int
	address, port             string
}

func parse(args []string, environment func(string) string) (options, error) {
	told := func(names ...string) string {
		for _, name := range names {
			if text := environment(name); text != "" {
				return text
			}
		}
		return ""
	}
	o := options{rank: 0, world: 1, address: told("MASTER_ADDR", "PET_MASTER_ADDR"), port: told("MASTER_PORT", "PET_MASTER_PORT")}
	flags := flag.NewFlagSet("trainer", flag.ContinueOnError)
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the data")
	flags.IntVar(&o.epochs, "epochs", 20, "passes over the data")
	flags.IntVar(&o.samples, "samples", 2000, "number of samples")
	flags.IntVar(&o.features, "features", 8, "numbers in a sample")
	flags.Float64Var(&o.rate, "rate", 0.5, "learning rate")
	flags.DurationVar(&o.pace, "pace", 0, "rest after each epoch, e.g. 1s: so that one can look on, or interrupt")
	flags.DurationVar(&o.wait, "wait", 2*time.Minute, "how long to wait for the other ranks")
	flags.StringVar(&o.out, "out", "", "JSON file for the model (rank 0 writes it)")
	flags.StringVar(&o.checkpoint, "checkpoint", "", "JSON file, written each epoch by rank 0, read by all at the start")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	numbers := []struct {
		value *int
		names []string
	}{{&o.rank, []string{"RANK", "PET_NODE_RANK"}}, {&o.world, []string{"WORLD_SIZE", "PET_NNODES"}}}
	for _, number := range numbers {
		if text := told(number.names...); text != "" {
			found, err := strconv.Atoi(text)
			if err != nil {
				return o, fmt.Errorf("%s=%q is not a number", number.names[0], text)
			}
			*number.value = found
		}
	}
	if o.port == "" {
		o.port = "29500"
	}
	switch {
	case o.world < 1 || o.rank < 0 || o.rank >= o.world:
		return o, fmt.Errorf("RANK=%d does not fit WORLD_SIZE=%d", o.rank, o.world)
	case o.rank > 0 && o.address == "":
		return o, errors.New("MASTER_ADDR must name rank 0")
	case o.epochs < 1 || o.features < 1 || o.samples < o.world || o.rate <= 0 || flags.NArg() > 0:
		return o, errors.New("epochs, features and rate must be above 0, samples at least WORLD_SIZE, and nothing may follow")
	}
	return o, nil
}

func run(stop context.Context, args []string, environment func(string) string, out io.Writer) error {
	o, err := parse(args, environment)
	if err != nil {
		return err
	}
	m, err := resume(o.checkpoint, o.seed, o.features)
	if err != nil {
		return err
	}
	m.World = o.world
	meeting, cancel := context.WithTimeout(stop, o.wait)
	defer cancel()
	ranks, err := join(meeting, o.rank, o.world, o.address, o.port)
	if err != nil {
		return err
	}
	defer ranks.Close()
	if err := agree(ranks, &m); err != nil {
		return err
	}
	share := synthetic(o.seed, o.samples, o.features).part(o.rank, o.world)
	fmt.Fprintf(out, "trainer rank=%d world=%d samples=%d from epoch=%d\n", o.rank, o.world, len(share.x), m.Epoch)
	for m.Epoch < o.epochs {
		if err := epoch(stop, o, ranks, share, &m, out); err != nil {
			return err
		}
	}
	if o.out != "" && o.rank == 0 {
		return m.save(o.out)
	}
	return nil
}

// agree gives all ranks the state of rank 0, which alone may have found a checkpoint.
func agree(ranks *group, m *model) error {
	state := append([]float64{float64(m.Epoch)}, m.Weights...)
	if ranks.rank > 0 {
		clear(state)
	}
	if err := ranks.allReduce(state); err != nil {
		return err
	}
	m.Epoch, m.Weights = int(state[0]), state[1:]
	return nil
}

func epoch(stop context.Context, o options, ranks *group, share data, m *model, out io.Writer) error {
	sums := m.sums(share)
	if err := ranks.allReduce(sums); err != nil {
		return err
	}
	m.learn(sums, o.rate)
	fmt.Fprintf(out, "epoch=%d loss=%.6f accuracy=%.4f rank=%d\n", m.Epoch, m.Loss, m.Accuracy, o.rank)
	if o.checkpoint != "" && o.rank == 0 {
		if err := m.save(o.checkpoint); err != nil {
			return err
		}
	}
	select {
	case <-stop.Done():
		return fmt.Errorf("told to stop after epoch %d", m.Epoch)
	case <-time.After(o.pace):
		return nil
	}
}
