package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// plan is what to send.
type plan struct {
	url       string
	requests  int
	duration  time.Duration
	rate      float64
	timeout   time.Duration
	settle    time.Duration
	keepalive bool
}

const settlePause = 100 * time.Millisecond // between the requests that are not counted

func (p plan) client() *http.Client {
	return &http.Client{
		Timeout:       p.timeout,
		Transport:     &http.Transport{DisableKeepAlives: !p.keepalive, MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// waitForAnswer returns with the first good answer, or at the end of the settling time. A Service whose Pods have just
// become ready refuses connections until the nodes have learned of them: that is not what a measurement is about.
func (p plan) waitForAnswer(stop context.Context) {
	limited, cancel := context.WithTimeout(stop, p.settle)
	defer cancel()
	client := p.client()
	for !one(client, p.url).ok() && until(limited, time.Now().Add(settlePause)) {
	}
}

// send sends at the plan's pace, whatever the answers take (an open loop: a slow server does not slow the counting),
// until the plan or the context ends; then it waits for the requests under way.
func (p plan) send(stop context.Context) report {
	if p.duration > 0 {
		limited, cancel := context.WithTimeout(stop, p.duration)
		defer cancel()
		stop = limited
	}
	client := p.client()
	var all tally
	var underWay sync.WaitGroup
	started := time.Now()
	for sent := 0; p.requests == 0 || sent < p.requests; sent++ {
		due := started.Add(time.Duration(float64(sent) / p.rate * float64(time.Second)))
		if !until(stop, due) {
			break
		}
		underWay.Go(func() { all.add(one(client, p.url)) })
	}
	underWay.Wait()
	return all.report()
}

// until waits for a moment; false says that the context ended first.
func until(stop context.Context, due time.Time) bool {
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-stop.Done():
		return false
	case <-timer.C:
		return stop.Err() == nil
	}
}

// outcome is one request: its status, or the error in place of it.
type outcome struct {
	status       int
	err          string
	pod, version string
	took         time.Duration
}

func one(client *http.Client, url string) outcome {
	started := time.Now()
	answer, err := client.Get(url)
	if err != nil {
		return outcome{err: plain(err), took: time.Since(started)}
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return outcome{err: plain(err), took: time.Since(started)}
	}
	return outcome{
		status: answer.StatusCode, pod: answer.Header.Get("X-Pod"), version: answer.Header.Get("X-Version"),
		took: time.Since(started),
	}
}

// plain names an error without addresses and ports, so that equal errors are counted together.
func plain(err error) string {
	var name *net.DNSError
	var network net.Error
	switch {
	case errors.As(err, &name):
		return "name not resolved"
	case errors.As(err, &network) && network.Timeout():
		return "timeout"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET):
		return "connection reset"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "no route"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed"
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}

func (o outcome) ok() bool { return o.err == "" && o.status >= 200 && o.status < 400 }

func (o outcome) statusText() string { return strconv.Itoa(o.status) }
