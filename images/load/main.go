// Command load sends HTTP requests at a rate and prints one JSON document that counts what came back.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	if err := run(stop, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(stop context.Context, args []string, out io.Writer) error {
	if len(args) == 1 && args[0] == "idle" { // a Pod to exec into
		<-stop.Done()
		return nil
	}
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	plan := plan{}
	flags.StringVar(&plan.url, "url", "", "where to send the requests (GET)")
	flags.IntVar(&plan.requests, "requests", 0, "end after so many; 0: by duration")
	flags.DurationVar(&plan.duration, "duration", 0, "end after this time, e.g. 20s; 0: by requests, or when told to (SIGTERM)")
	flags.Float64Var(&plan.rate, "rate", 50, "requests a second")
	flags.DurationVar(&plan.timeout, "timeout", 2*time.Second, "a request without a whole answer by then has failed")
	flags.DurationVar(&plan.settle, "settle", 0, "before anything is counted, wait at most so long for a first good answer")
	flags.BoolVar(&plan.keepalive, "keepalive", false, "keep connections (else a new one for each request)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if plan.url == "" || plan.rate <= 0 || plan.timeout <= 0 || flags.NArg() > 0 {
		return fmt.Errorf("--url is needed, --rate and --timeout must be above 0, and nothing else may follow")
	}
	if plan.settle > 0 {
		plan.waitForAnswer(stop)
		fmt.Fprintln(out, "counting")
	}
	return json.NewEncoder(out).Encode(plan.send(stop))
}
