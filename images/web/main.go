// Command web answers HTTP with the name of its Pod, its version and its node.
//
// Its readiness and liveness can be switched, by environment and by request, so that probes have something real to
// find out. See README.md for the settings.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// version is set by the build (-ldflags -X main.version=...), one build for each version of the image.
var version = "dev"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "web:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	settings, err := fromEnvironment(os.Getenv)
	if err != nil {
		return err
	}
	if len(args) > 0 && args[0] == "switch" {
		return ask(settings.port, args[1:])
	}
	if err := arguments(args, &settings); err != nil {
		return err
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	return serve(stop, settings)
}

// serve answers until stop is done; then it is unready, goes on answering for the drain time (endpoints are removed
// meanwhile) and finishes the requests under way.
func serve(stop context.Context, s settings) error {
	fmt.Printf("web version=%s pod=%s: starting, port opens after %s\n", version, s.pod, s.startDelay)
	if !pause(stop, s.startDelay) {
		return nil
	}
	listener, err := net.Listen("tcp", ":"+s.port)
	if err != nil {
		return err
	}
	state := newState(s, time.Now())
	server := &http.Server{Handler: handler(s, state), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Printf("web version=%s pod=%s: listening on %s\n", version, s.pod, listener.Addr())
	select {
	case err := <-failed:
		return err
	case <-stop.Done():
	}
	state.leave()
	fmt.Printf("web version=%s pod=%s: told to stop, draining for %s\n", version, s.pod, s.drain)
	pause(context.Background(), s.drain)
	limit, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(limit); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// pause waits; false says that it was cut short.
func pause(stop context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-stop.Done():
		return false
	}
}

// ask sends switches to the server in this very container: for `kubectl exec POD -- /web switch ready=off`.
func ask(port string, switches []string) error {
	client := &http.Client{Timeout: 5 * time.Second}
	answer, err := client.Post("http://127.0.0.1:"+port+"/switch?"+strings.Join(switches, "&"), "text/plain", nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("refused with status %d; use: switch ready=on|off live=on|off", answer.StatusCode)
	}
	fmt.Println("switched:", strings.Join(switches, " "))
	return nil
}
