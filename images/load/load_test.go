package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// answered runs the command and reads its document.
func answered(t *testing.T, stop context.Context, args ...string) report {
	t.Helper()
	var out bytes.Buffer
	if err := run(stop, args, &out); err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err, out.String())
	}
	return r
}

// A server that fails every fifth request, and breaks off every tenth, is counted exactly so.
func TestCountsKnownFailures(t *testing.T) {
	var served atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		number := served.Add(1)
		w.Header().Set("X-Pod", "a")
		w.Header().Set("X-Version", "2")
		switch {
		case number%10 == 0:
			panic(http.ErrAbortHandler)
		case number%5 == 0:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	r := answered(t, context.Background(), "--url", server.URL, "--requests", "100", "--rate", "500")
	if r.Sent != 100 || r.OK != 80 || r.Failed != 20 {
		t.Fatalf("%+v", r)
	}
	if r.Statuses["200"] != 80 || r.Statuses["503"] != 10 || r.Errors["connection closed"] != 10 {
		t.Fatalf("%+v", r)
	}
	if r.ByPod["a"] != 80 || r.ByVersion["2"] != 80 || r.Latency.P50 <= 0 || r.Latency.P99 < r.Latency.P50 {
		t.Fatalf("%+v", r)
	}
}

// Each request has a connection of its own, unless --keepalive asks otherwise: only so does a Service balance them.
func TestConnections(t *testing.T) {
	for flag, most := range map[string]int64{"--keepalive=false": 20, "--keepalive": 5} {
		var opened atomic.Int64
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				opened.Add(1)
			}
		}
		server.Start()
		answered(t, context.Background(), "--url", server.URL, "--requests", "20", "--rate", "100", flag)
		server.Close()
		if got := opened.Load(); got > most || (most == 20 && got != 20) {
			t.Fatalf("%s: %d connections", flag, got)
		}
	}
}

// Nobody there, and nobody in time, are failures with a name, not a crash.
func TestErrorsHaveNames(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() // accepts nothing: connections open, answers never come
	silent := answered(t, context.Background(), "--url", "http://"+listener.Addr().String(), "--requests", "2", "--timeout", "100ms")
	if silent.Failed != 2 || silent.Errors["timeout"] != 2 {
		t.Fatalf("%+v", silent)
	}
	listener.Close()
	refused := answered(t, context.Background(), "--url", "http://"+listener.Addr().String(), "--requests", "2")
	if refused.Failed != 2 || refused.Errors["connection refused"] != 2 {
		t.Fatalf("%+v", refused)
	}
}

// What fails before the first good answer is not counted; where none comes, counting begins when the time is up.
func TestSettles(t *testing.T) {
	for _, c := range []struct{ bad, failed int64 }{{3, 0}, {1000, 5}} {
		var served atomic.Int64
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if served.Add(1) <= c.bad {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}))
		var out bytes.Buffer
		if err := run(context.Background(), []string{"--url", server.URL, "--requests", "5", "--settle", "600ms"}, &out); err != nil {
			t.Fatal(err)
		}
		server.Close()
		var r report
		document, found := bytes.CutPrefix(out.Bytes(), []byte("counting\n"))
		if err := json.Unmarshal(document, &r); err != nil || !found || r.Sent != 5 || r.Failed != int(c.failed) {
			t.Fatalf("%v %s", err, out.String())
		}
	}
}

// Told to stop (SIGTERM), it still prints what it has counted, and counts a request under way as what it became.
func TestStops(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(50 * time.Millisecond) }))
	defer server.Close()
	stop, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	r := answered(t, stop, "--url", server.URL, "--rate", "100")
	if r.Sent < 5 || r.Sent > 31 || r.Failed != 0 || r.OK != r.Sent {
		t.Fatalf("%+v", r)
	}
}

// The pace is kept: 50 a second for a second are about 50.
func TestRate(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	if r := answered(t, context.Background(), "--url", server.URL, "--rate", "50", "--duration", "1s"); r.Sent < 45 || r.Sent > 51 {
		t.Fatalf("%+v", r)
	}
}
